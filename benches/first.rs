//! The cold start: from a command to the first rename that it answers.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::exchange::request;
use crate::{Fallible, now};

/// How long a server may take before it counts as one that does not start.
const PATIENCE: Duration = Duration::from_secs(10);

/// Starts the command, sends it a rename as soon as it listens, and ends it.
pub(crate) fn first_200(command: &[String]) -> Fallible<Duration> {
    let address = free_address().ok_or("no free port")?;
    let request = request(address, "");
    let words: Vec<String> = command
        .iter()
        .map(|word| word.replace("{port}", &address.port().to_string()))
        .collect();
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).stdout(Stdio::null()).stderr(Stdio::null());

    let begun = now();
    let mut server = command.spawn()?;
    let answered = loop {
        match answer(address, &request) {
            Ok(()) => break Ok(begun.elapsed()),
            Err(fault) if begun.elapsed() > PATIENCE || server.try_wait()?.is_some() => break Err(fault),
            Err(_) => {}
        }
    };
    server.kill().and_then(|()| server.wait())?;
    answered
}

/// An address that nobody listens on, below the ports that the system gives to clients.
///
/// A client that knocks often at one of those is given it for its own end some day, and talks to itself.
fn free_address() -> Option<SocketAddr> {
    let mut addresses = (20_000..30_000).map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    addresses.find(|address| TcpListener::bind(address).is_ok())
}

/// One rename over a connection of its own: fails until the server listens.
fn answer(address: SocketAddr, request: &[u8]) -> Fallible<()> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(request)?;
    let mut status = [0; 12];
    stream.read_exact(&mut status)?;
    if &status != b"HTTP/1.1 200" {
        return Err(format!("answered with {}", String::from_utf8_lossy(&status)).into());
    }
    Ok(())
}
