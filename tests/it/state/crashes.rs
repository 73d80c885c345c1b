//! Servers that end at random moments under load lose nothing that they said was saved.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};

use sdrs_mock::domain::ids::Ids;
use serde_json::Value;

use crate::support::files::{Folder, text};
use crate::support::process::Process;
use crate::support::wire::{Wire, get, naming, put};
use crate::support::{DRILL, drill};

/// How many clients rename, each in a project of its own.
const CLIENTS: usize = 3;
/// How many rounds there are, unless `STATE_ROUNDS` says otherwise.
const ROUNDS: u64 = 12;
/// What is random derives from this.
const SEED: u64 = 7;

/// What a client was last told is done: the number in the drill's name.
type Acknowledged = [AtomicU64; CLIENTS];

fn path_of(client: usize) -> String {
    format!("/v1/client-{client}{}", drill(DRILL))
}

/// Sends a request and reads its answer, while there is a server.
fn ask(socket: &mut BufReader<TcpStream>, request: &str) -> std::io::Result<String> {
    socket.get_mut().write_all(request.as_bytes())?;
    let (mut line, mut length) = (String::new(), 0);
    while line != "\r\n" {
        line.clear();
        if socket.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(value) = line.strip_prefix("Content-Length: ") {
            length = value.trim().parse().expect("a length");
        }
    }
    let mut body = vec![0; length];
    socket.read_exact(&mut body)?;
    Ok(String::from_utf8(body).expect("bodies are UTF-8"))
}

fn connect(address: SocketAddr) -> BufReader<TcpStream> {
    BufReader::new(TcpStream::connect(address).expect("the server listens"))
}

/// Renames until the server is gone.
fn rename(client: usize, address: SocketAddr, done: &Acknowledged, told: &Sender<()>) {
    let mut socket = connect(address);
    loop {
        let next = done[client].load(Ordering::Relaxed) + 1;
        let request = put(&path_of(client), &naming(&format!("n-{next}")));
        let Ok(body) = ask(&mut socket, &request) else { return };
        assert!(body.contains(&format!(r#""name":"n-{next}""#)), "{body}");
        done[client].store(next, Ordering::Relaxed);
        let _ = told.send(());
    }
}

/// Watches until the server is gone; what must be in the file then.
fn watch(address: SocketAddr, done: &Acknowledged) -> [u64; CLIENTS] {
    let mut socket = connect(address);
    let mut seen = VecDeque::new();
    let mut safe = [0; CLIENTS];
    loop {
        let acknowledged = done.each_ref().map(|done| done.load(Ordering::Relaxed));
        let Ok(body) = ask(&mut socket, &get("/_mock/info")) else {
            return safe;
        };
        let info: Value = serde_json::from_str(&body).expect("info is JSON");
        let saves = info["state"]["saves"].as_u64().expect("a number");
        seen.push_back((saves, acknowledged));
        // The save after the next one begins when the next one has ended, and so after this was acknowledged.
        while let Some((_, acknowledged)) = seen.pop_front_if(|(then, _)| *then + 2 <= saves) {
            safe = acknowledged;
        }
    }
}

/// The number in the name of a client's drill.
fn number(wire: &mut Wire, client: usize) -> u64 {
    let shown: Value = serde_json::from_str(&wire.ask(get(&path_of(client))).body).expect("a drill");
    let name = shown["disaster_recovery_drill"]["name"].as_str().expect("a name");
    name.strip_prefix("n-")
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

/// Serves under load until a random moment; what must have been kept of each client, and at most can have been.
fn round(number: u64, state: &Path, done: &Acknowledged) -> [(u64, u64); CLIENTS] {
    let signal = ["TERM", "INT", "KILL"][usize::try_from(number % 3).expect("below 3")];
    let (server, address) = Process::serve(&["--state", text(state), "--state-interval", "1ms"]);
    let moment = Ids::of_project(SEED, &number.to_string()).draw().as_u128() % 400;
    let safe = std::thread::scope(|scope| {
        let (told, acknowledged) = channel();
        for client in 0..CLIENTS {
            let told = told.clone();
            scope.spawn(move || rename(client, address, done, &told));
        }
        let watcher = scope.spawn(|| watch(address, done));
        (0..=moment).for_each(|_| acknowledged.recv().expect("the clients are served"));
        server.signal(signal);
        watcher.join().expect("it ends with the server")
    });
    let ended = server.end();
    assert_eq!(
        ended.code,
        if signal == "KILL" { None } else { Some(0) },
        "{}",
        ended.stderr
    );
    let last = done.each_ref().map(|done| done.load(Ordering::Relaxed));
    std::array::from_fn(|client| {
        let kept = if signal == "KILL" { safe[client] } else { last[client] };
        // The last request may have been carried out without an answer.
        (kept, last[client] + 1)
    })
}

#[test]
fn what_was_acknowledged_before_a_save_outlives_the_server() {
    let rounds = std::env::var("STATE_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().expect("a number"));
    let folder = Folder::new("outlives_the_server");
    let state = folder.path().join("state.json");
    let done = Acknowledged::default();
    let mut safe_after_kill = 0;
    for number_of_round in 0..rounds {
        let bounds = round(number_of_round, &state, &done);
        let (server, address) = Process::serve(&["--state", text(&state)]);
        let mut wire = Wire::to(address);
        for (client, (least, most)) in bounds.into_iter().enumerate() {
            let kept = number(&mut wire, client);
            assert!(
                (least..=most).contains(&kept),
                "round {number_of_round}: {kept} not in {least}..={most}"
            );
            done[client].store(kept, Ordering::Relaxed);
            safe_after_kill += if number_of_round % 3 == 2 { least } else { 0 };
        }
        server.signal("KILL");
        server.end();
    }
    assert!(
        safe_after_kill > 0,
        "no save was completed before a kill, so that nothing was tried"
    );
}
