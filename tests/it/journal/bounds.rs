//! How much the journals may hold: in entries for a project, in bytes for all of them.

use reqwest::Method;
use serde_json::{Value, json};

use super::ask;
use crate::support::process::Process;
use crate::support::wire::{Wire, get, put};
use crate::support::{DRILL, PROJECT, World, drill};

#[tokio::test]
async fn a_body_is_cut_and_said_to_be() {
    let world = World::new();
    let long = "x".repeat(40_000);
    world.rename(&format!("{long:?}")).await;
    let path = format!("/_mock/requests?project={PROJECT}");
    let entry = ask(&world, Method::GET, &path, Value::Null).await.json()["requests"][0].clone();
    assert_eq!(entry["body_cut"], true);
    assert_eq!(entry["body"].as_str().map(str::len), Some(16 << 10));
}

#[tokio::test]
async fn clearing_one_journal_leaves_the_others() {
    let world = World::new();
    world.get("/sdrs/quotas").await;
    world.get_of("other", "/sdrs/quotas").await;
    let answer = ask(
        &world,
        Method::DELETE,
        &format!("/_mock/requests?project={PROJECT}"),
        Value::Null,
    )
    .await;
    assert_eq!(answer.json(), json!({"cleared": 1}));
    assert_eq!(
        ask(&world, Method::GET, "/_mock/requests", Value::Null).await.json()["total"],
        1
    );
    assert_eq!(
        ask(&world, Method::DELETE, "/_mock/requests", Value::Null).await.status,
        400
    );
    let answer = ask(&world, Method::DELETE, "/_mock/requests?project=*", Value::Null).await;
    assert_eq!(answer.json(), json!({"cleared": 1}));
}

/// How much memory a process takes, in bytes.
fn resident(server: &Process) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/statm", server.id())).expect("the process runs");
    let pages = status.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok());
    pages.expect("a number") * 4096
}

/// How many projects share the requests.
const PROJECTS: usize = 40;

/// Sends so many renames with a body of some size, a hundred at a time without waiting in between.
fn send(wire: &mut Wire, number: usize) {
    let note = "x".repeat(600);
    let body = format!(r#"{{"disaster_recovery_drill":{{"name":"a","note":"{note}"}}}}"#);
    let batch: String = (0..100)
        .map(|n| put(&format!("/v1/p{}{}", n % PROJECTS, drill(DRILL)), &body))
        .collect();
    for _ in 0..number / 100 {
        wire.send(&batch);
        for _ in 0..100 {
            let answer = wire.answer();
            assert_eq!(answer.status(), 200, "{}", answer.body);
        }
    }
}

#[test]
fn memory_stays_flat_under_two_hundred_thousand_requests_with_bodies() {
    let server = Process::start(&["--listen", "127.0.0.1:0", "--log", "off"], &[]);
    let mut wire = Wire::to(server.ready());
    send(&mut wire, 60_000);
    let before = resident(&server);
    send(&mut wire, 140_000);
    let after = resident(&server);
    // Kept whole, the bodies would be a hundred megabytes more; allocators keep some of what they are given back.
    assert!(after < before + (16 << 20), "{before} bytes became {after}");
    let metrics = wire.ask(get("/_mock/metrics")).body;
    let number = |name: &str| -> usize {
        let line = metrics.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.rsplit(' ')
            .next()
            .and_then(|number| number.parse().ok())
            .unwrap_or_default()
    };
    assert!(number("sdrs_mock_journal_bytes ") <= 16 << 20, "{metrics}");
    assert_eq!(
        number("sdrs_mock_journal_entries ") + number("sdrs_mock_journal_dropped_total "),
        200_000
    );
    for project in 0..PROJECTS {
        let path = format!("/_mock/requests?project=p{project}&limit=1");
        let journal: Value = serde_json::from_str(&wire.ask(get(&path)).body).expect("JSON");
        let (kept, dropped) = (journal["total"].as_u64(), journal["dropped"].as_u64());
        let asked = if project < 100 % PROJECTS { 3 } else { 2 } * 2000;
        assert_eq!(
            kept.zip(dropped).map(|(kept, dropped)| kept + dropped),
            Some(asked),
            "project p{project}"
        );
        assert!(kept <= Some(1000), "{kept:?}");
    }
}
