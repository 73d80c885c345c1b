//! The health check: one request to a server that runs elsewhere, without a client library.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::config::Config;

/// How long the health check waits for anything.
const HEALTHCHECK_TIMEOUT: Duration = Duration::from_secs(3);

/// Asks the server of this configuration whether it is well; an error says what came instead.
pub fn healthcheck(config: &Config) -> io::Result<()> {
    let address = config.listen.reachable();
    let mut socket = TcpStream::connect_timeout(&address, HEALTHCHECK_TIMEOUT)?;
    socket.set_read_timeout(Some(HEALTHCHECK_TIMEOUT))?;
    write!(
        socket,
        "GET /_mock/health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer)?;
    let status = answer.lines().next().unwrap_or_default();
    if status.starts_with("HTTP/1.1 200 ") {
        Ok(())
    } else {
        Err(io::Error::other(format!("answered {status:?}")))
    }
}
