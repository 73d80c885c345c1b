//! Many clients at once, and those that do not read.

use std::io::ErrorKind;
use std::time::Duration;

use reqwest::Method;
use sdrs_mock::Config;
use sdrs_mock::config::Span;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::support::files::{Folder, nth, with_drills};
use crate::support::wire::{PATIENCE, Wire, get, naming, put};
use crate::support::{World, drill, send};

/// The next answer, which ends with the first empty list: that of the drill's servers.
async fn answer(socket: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    while !answer.ends_with(b"[]}}") {
        let read = tokio::time::timeout(PATIENCE, socket.read_buf(&mut answer)).await;
        let read = read.expect("the server answers in time").expect("the socket is open");
        assert_ne!(read, 0, "closed after {:?}", String::from_utf8_lossy(&answer));
    }
    String::from_utf8(answer).expect("answers are UTF-8")
}

/// Projects, drills in each, and renames of each drill.
const CROWD: (usize, usize, usize) = (50, 20, 20);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_clients_each_get_their_own_answers_and_each_drill_keeps_its_last_name() {
    let (projects, drills, renames) = CROWD;
    rlimit::increase_nofile_limit(8192).expect("the limit of open files can be raised");
    let folder = Folder::new("a_thousand_clients");
    let fixture = folder.write("twenty.json", with_drills(drills));
    let world = World::with(Config {
        fixtures: vec![fixture],
        ..Config::test()
    });
    let mut clients = JoinSet::new();
    for client in 0..projects * drills {
        let (project, id) = (format!("project-{}", client / drills), nth(client % drills));
        let path = format!("/v1/{project}{}", drill(&id));
        let address = world.server.address();
        clients.spawn(async move {
            let mut socket = TcpStream::connect(address).await.expect("the server listens");
            for round in 0..renames {
                let name = format!("{client}.{round}");
                let request = put(&path, &naming(&name));
                socket.write_all(request.as_bytes()).await.expect("the server reads");
                let answer = answer(&mut socket).await;
                let expected = format!(r#"{{"disaster_recovery_drill":{{"id":"{id}","name":"{name}","#);
                assert!(
                    answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains(&expected),
                    "{answer}"
                );
            }
        });
    }
    clients.join_all().await;
    for client in 0..projects * drills {
        let project = format!("project-{}", client / drills);
        let shown = world.get_of(&project, &drill(&nth(client % drills))).await.json();
        let last = format!("{client}.{}", renames - 1);
        assert_eq!(
            shown["disaster_recovery_drill"]["name"], last,
            "drill of client {client}"
        );
    }
    let untouched = send(world.request_of("untouched", Method::GET, &drill(&nth(0)))).await;
    assert_eq!(untouched.json()["disaster_recovery_drill"]["name"], "drill-0");
}

#[test]
fn a_client_that_does_not_read_its_answers_is_cut_off() {
    let folder = Folder::new("a_client_that_does_not_read");
    let world = World::with(Config {
        fixtures: vec![folder.write("thousand.json", with_drills(1000))],
        idle_timeout: Span(Duration::from_millis(300)),
        ..Config::test()
    });
    let mut wire = Wire::to(world.server.address());
    let requests = get("/v1/p/disaster-recovery-drills").repeat(1000);
    // Once the answers fill every buffer, the server stops reading as well; then it closes, which ends the writing.
    let error = (0..10_000).find_map(|_| wire.try_send(&requests).err());
    let kind = error.expect("the server does not read on for ever").kind();
    assert!(
        matches!(kind, ErrorKind::ConnectionReset | ErrorKind::BrokenPipe),
        "{kind:?}"
    );
}
