//! The health check: a client of the server, for images that have no other.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::config::Config;
use crate::tls;

/// How long the health check waits for anything.
const HEALTHCHECK_TIMEOUT: Duration = Duration::from_secs(3);

/// Asks the server of this configuration whether it is well, not who it is; an error says what came instead.
pub fn healthcheck(config: &Config) -> io::Result<()> {
    let address = config.listen.reachable();
    let socket = TcpStream::connect_timeout(&address, HEALTHCHECK_TIMEOUT)?;
    socket.set_read_timeout(Some(HEALTHCHECK_TIMEOUT))?;
    if config.is_secure() && config.tls_listen.is_none() {
        check_health(tls::knock(socket)?, address)
    } else {
        check_health(socket, address)
    }
}

fn check_health(mut socket: impl Read + Write, address: SocketAddr) -> io::Result<()> {
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
