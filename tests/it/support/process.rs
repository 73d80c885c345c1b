//! The real binary as a child process: its lines, its signals, its end.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;

use super::wire::PATIENCE;

/// A running `sdrs-mock`; it is killed when a test lets go of it.
pub struct Process {
    child: Child,
    lines: Receiver<String>,
    errors: Option<JoinHandle<String>>,
}

/// How a process ended, and what it said.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Process {
    /// Starts the binary with these arguments and these variables, and no other of ours.
    pub fn start(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::start_by(Command::new(env!("CARGO_BIN_EXE_sdrs-mock")), arguments, variables)
    }

    /// The same by a command that runs the binary.
    pub fn start_by(mut command: Command, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("SDRS_MOCK_") {
                command.env_remove(name);
            }
        }
        command.args(arguments).envs(variables.iter().copied());
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let stdout = child.stdout.take().expect("it is piped");
        let mut stderr = child.stderr.take().expect("it is piped");
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines() {
                if sender.send(line.expect("standard output is UTF-8")).is_err() {
                    break;
                }
            }
        });
        let errors = std::thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).expect("standard error is UTF-8");
            text
        });
        Self {
            child,
            lines,
            errors: Some(errors),
        }
    }

    /// Runs the binary to its end.
    pub fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Ended {
        Self::start(arguments, variables).end()
    }

    /// Starts a server on a free port and waits until it is ready.
    pub fn serve(arguments: &[&str]) -> (Self, SocketAddr) {
        let arguments = [&["--listen", "127.0.0.1:0"], arguments].concat();
        let server = Self::start(&arguments, &[]);
        let address = server.ready();
        (server, address)
    }

    /// The next line of standard output.
    pub fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).expect("a line comes in time")
    }

    /// The next line, or none if the process ended.
    pub fn next(&self) -> Option<String> {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("neither a line nor the end comes in time"),
        }
    }

    /// Reads up to the ready line, for the address in it.
    pub fn ready(&self) -> SocketAddr {
        loop {
            let line = self.line();
            if let Some((_, rest)) = line.split_once(" ready on ") {
                let url = rest.split(' ').next().unwrap_or_default();
                let (_, address) = url.split_once("://").unwrap_or_default();
                return address.parse().unwrap_or_else(|_| panic!("no address in {line}"));
            }
        }
    }

    /// The number by which the machine knows it.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal, such as `TERM`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([format!("-{name}"), self.child.id().to_string()])
            .status();
        assert!(sent.expect("there is a kill command").success());
    }

    /// Waits for the end, which closes standard output.
    pub fn end(mut self) -> Ended {
        let mut stdout = String::new();
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => stdout = stdout + &line + "\n",
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("the process does not end; it said {stdout}"),
            }
        }
        let code = self.child.wait().expect("it is our child").code();
        let errors = self.errors.take().expect("it ends once");
        let stderr = errors.join().expect("the reader does not panic");
        Ended { code, stdout, stderr }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
