//! A bare socket that speaks HTTP: for what a client library would hide.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

/// How long a test waits for what must come; only a failing one waits that long.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// One connection, read answer by answer.
pub struct Wire {
    socket: BufReader<TcpStream>,
}

/// An answer to the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raw {
    /// Status line and header fields, with the empty line after them.
    pub head: String,
    pub body: String,
}

impl Wire {
    pub fn to(address: SocketAddr) -> Self {
        let socket = TcpStream::connect(address).expect("the server listens");
        socket.set_read_timeout(Some(PATIENCE)).expect("a timeout above zero");
        socket.set_write_timeout(Some(PATIENCE)).expect("a timeout above zero");
        Self {
            socket: BufReader::new(socket),
        }
    }

    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.try_send(bytes).expect("the server reads");
    }

    pub fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> std::io::Result<()> {
        self.socket.get_mut().write_all(bytes.as_ref())
    }

    /// Closes the writing half.
    pub fn close_writing(&self) {
        self.socket
            .get_ref()
            .shutdown(Shutdown::Write)
            .expect("the socket is open");
    }

    /// The next answer, whose body has an announced length.
    pub fn answer(&mut self) -> Raw {
        let head = self.head();
        let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
        let length = length.map_or(0, |length| length.parse().expect("a length is a number"));
        let mut body = vec![0; length];
        self.socket.read_exact(&mut body).expect("the body comes whole");
        Raw {
            head,
            body: String::from_utf8(body).expect("bodies are UTF-8"),
        }
    }

    /// Sends a request and reads its answer.
    pub fn ask(&mut self, request: impl AsRef<[u8]>) -> Raw {
        self.send(request);
        self.answer()
    }

    /// Waits until the server closes; an answer before that is a failure.
    #[track_caller]
    pub fn is_cut(&mut self) {
        let mut rest = Vec::new();
        match self.socket.read_to_end(&mut rest) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
            Err(error) => panic!("the server did not close: {error}"),
        }
        assert_eq!(String::from_utf8_lossy(&rest), "", "nothing comes before the end");
    }

    fn head(&mut self) -> String {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            let read = self.socket.read_line(&mut head).expect("the server answers in time");
            assert_ne!(read, 0, "the server closed after {head:?}");
        }
        head
    }
}

impl Raw {
    pub fn status(&self) -> u16 {
        let status = self.head.split(' ').nth(1).and_then(|status| status.parse().ok());
        status.unwrap_or_else(|| panic!("no status in {:?}", self.head))
    }

    /// The value of a header field, its name in exactly this case.
    pub fn header(&self, name: &str) -> &str {
        let line = self
            .head
            .lines()
            .find(|line| line.strip_prefix(name).is_some_and(|line| line.starts_with(": ")));
        line.map_or("", |line| &line[name.len() + 2..])
    }
}

/// A GET, to the letter.
pub fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")
}

/// A PUT of this JSON, to the letter.
pub fn put(path: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "PUT {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

/// The body of a rename.
pub fn naming(name: &str) -> String {
    format!(r#"{{"disaster_recovery_drill":{{"name":"{name}"}}}}"#)
}
