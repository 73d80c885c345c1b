//! Effects on the connection, read from a bare socket.

use std::io::{ErrorKind, Read};

use serde_json::json;

use super::{arm_rename, is_renamed, listed, rename, renaming};
use crate::support::wire::{Wire, get, put};
use crate::support::{DIALECTS, PROJECT, World, naming, read_all, sample};

#[test]
fn a_reset_is_a_reset_and_nothing_is_done() {
    let world = World::new();
    arm_rename(&world, &json!({"kind": "reset"}));
    let mut bytes = [0; 64];
    let read = renaming(&world).read(&mut bytes);
    assert_eq!(
        read.map_err(|error| error.kind()).err(),
        Some(ErrorKind::ConnectionReset)
    );
    assert!(!is_renamed(&world));
    assert_eq!(listed(&world)[0]["hits"], 1);
}

#[test]
fn empty_closes_without_a_byte_and_nothing_is_done() {
    let world = World::new();
    arm_rename(&world, &json!({"kind": "empty"}));
    assert_eq!(read_all(&mut renaming(&world)), "");
    assert!(!is_renamed(&world));
}

#[test]
fn what_was_broken_is_written_down_with_status_0_and_the_name_of_the_fault() {
    for kind in ["reset", "empty"] {
        let world = World::new();
        let id = arm_rename(&world, &json!({"kind": kind}));
        let _ = renaming(&world).read(&mut [0; 64]);
        let requests = world.server.control().project(PROJECT).requests().expect("a journal");
        assert_eq!(
            (requests[0].status, requests[0].fault.as_ref()),
            (0, Some(&id)),
            "{kind}"
        );
    }
}

#[test]
fn a_truncated_answer_promises_more_than_comes() {
    let whole = rename(&World::new()).body;
    for bytes in [0, 1, 10, whole.len() - 1] {
        let world = World::new();
        let id = arm_rename(&world, &json!({"kind": "truncate", "bytes": bytes}));
        let text = read_all(&mut renaming(&world));
        let (head, body) = text.split_once("\r\n\r\n").expect("a whole head");
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        assert!(head.contains(&format!("\r\nContent-Length: {}", whole.len())), "{head}");
        assert!(head.contains(&format!("\r\nX-Mock-Fault: {id}")), "{head}");
        assert_eq!(body, &whole[..bytes]);
        assert!(is_renamed(&world), "the work is done, only its answer is cut");
    }
}

#[test]
fn an_answer_that_is_no_longer_than_the_cut_comes_whole_and_leaves_the_connection_open() {
    let whole = rename(&World::new()).body;
    for bytes in [whole.len(), whole.len() + 1] {
        let world = World::new();
        arm_rename(&world, &json!({"kind": "truncate", "bytes": bytes}));
        let mut wire = Wire::to(world.server.address());
        let answer = wire.ask(put(&sample(), &naming(r#""x""#)));
        assert_eq!((answer.status(), answer.body), (200, whole.clone()));
        assert_eq!(wire.ask(get(&sample())).status(), 200);
    }
}

#[test]
fn work_can_be_done_and_its_answer_lost() {
    for dialect in DIALECTS {
        let world = World::speaking(dialect);
        arm_rename(&world, &json!({"kind": "apply-then-fail"}));
        assert_eq!(read_all(&mut renaming(&world)), "");
        assert!(is_renamed(&world));

        let world = World::speaking(dialect);
        arm_rename(&world, &json!({"kind": "apply-then-fail", "status": 502}));
        rename(&world).is_error(502, "error", "APIGW.0201", "Backend unavailable.");
        assert!(is_renamed(&world));

        let world = World::speaking(dialect);
        arm_rename(
            &world,
            &json!({"kind": "apply-then-fail", "status": 500, "code": "SDRS.0008"}),
        );
        rename(&world).is_error(500, "error", "SDRS.0008", "Network connection timeout");
        assert!(is_renamed(&world));
    }
}

#[test]
fn work_that_a_rule_refuses_is_not_done_though_its_answer_is_lost() {
    let world = World::new();
    arm_rename(&world, &json!({"kind": "apply-then-fail", "status": 503}));
    let answer = world.keeps_all(|world| world.rename_with(naming(r#""a b""#)));
    answer.is_error(503, "error", "503", "Service unavailable");
}

#[test]
fn an_error_leaves_the_connection_open() {
    let world = World::new();
    let id = arm_rename(&world, &json!({"kind": "error", "status": 503}));
    let mut wire = Wire::to(world.server.address());
    for _ in 0..3 {
        let answer = wire.ask(put(&sample(), &naming(r#""x""#)));
        assert_eq!((answer.status(), answer.header("X-Mock-Fault")), (503, id.as_str()));
        assert_eq!(answer.header("Connection"), "");
    }
    let shown = wire.ask(get(&sample()));
    assert_eq!((shown.status(), shown.header("X-Mock-Fault")), (200, ""));
    assert!(shown.body.contains("dr_drill_test"));
}
