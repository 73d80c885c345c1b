//! Many clients at once, and those that do not read.

use std::io::ErrorKind;
use std::time::Duration;

use reqwest::Method;
use sdrs_mock::Config;
use sdrs_mock::config::Span;
use tokio::task::JoinSet;

use crate::support::files::{Folder, nth, with_drills};
use crate::support::wire::{Wire, get, naming};
use crate::support::{World, drill, send};

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
        let url = format!("{}/v1/{project}{}", world.server.url(), drill(&id));
        clients.spawn(async move {
            let http = reqwest::Client::new();
            for round in 0..renames {
                let name = format!("{client}.{round}");
                let request = http.put(&url).header("Content-Type", "application/json");
                let answer = send(request.body(naming(&name))).await;
                assert_eq!(answer.status, 200, "{}", answer.body);
                let named = &answer.json()["disaster_recovery_drill"];
                assert_eq!((&named["name"], &named["id"]), (&name.into(), &id.clone().into()));
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
