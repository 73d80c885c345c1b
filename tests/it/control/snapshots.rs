//! Snapshots: taken, put back as often as one likes, forgotten.

use std::time::{Duration, Instant};

use sdrs_mock::Config;
use serde_json::json;

use super::rules::{create, own, protected};
use crate::support::files::{Folder, nth, with_drills};
use crate::support::{PROJECT, World, drill, naming};

fn state(world: &World, project: &str) -> String {
    world.mock("GET", &format!("/state?project={project}"), "").body
}

#[test]
fn a_snapshot_is_put_back_to_the_byte_and_stays() {
    let world = protected();
    create(&world, "before", 1);
    let before = state(&world, PROJECT);
    let snapshot = own(&world).snapshot().expect("a snapshot");
    for n in 2..4 {
        create(&world, "after", n);
        own(&world).freeze("2030-01-01T00:00:00Z").expect("frozen");
        own(&world)
            .rule(&sdrs_mock::store::job_rules::JobRule::ending(
                sdrs_mock::domain::plan::Outcome::Stuck,
            ))
            .expect("a rule");
        assert_ne!(state(&world, PROJECT), before);
        world.server.control().restore(&snapshot).expect("restored");
        assert_eq!(state(&world, PROJECT), before, "restored {n}");
    }
}

#[test]
fn snapshots_are_told_of_with_their_names_and_what_they_hold() {
    let world = World::new();
    for project in ["one", "other"] {
        world.told("PUT", &format!("/projects/{project}"), "");
    }
    let taken = world.mock("POST", "/snapshots?project=one", json!({"name": "before-drill"}));
    let first = json!({"id": "snapshot-1", "name": "before-drill", "projects": ["one"]});
    assert_eq!((taken.status, taken.json()), (201, first.clone()));
    let second = world.told("POST", "/snapshots?project=*", "");
    assert_eq!(
        second,
        json!({"id": "snapshot-2", "name": null, "projects": ["one", "other"]})
    );
    assert_eq!(
        world.told("GET", "/snapshots", ""),
        json!({"snapshots": [first, second]})
    );
    assert_eq!(
        world.told("DELETE", "/snapshots/snapshot-1", ""),
        json!({"removed": "snapshot-1"})
    );
    assert_eq!(world.told("GET", "/snapshots", "")["snapshots"], json!([second]));
    for (method, target) in [
        ("DELETE", "/snapshots/snapshot-1"),
        ("POST", "/snapshots/snapshot-1/restore"),
        ("POST", "/snapshots/x/restore"),
    ] {
        world
            .keeps_whole(|world| world.mock(method, target, ""))
            .is_problem(404, "not_found", None);
    }
    assert_eq!(
        world.told("POST", "/snapshots?project=one", "")["id"],
        "snapshot-3",
        "no ID is given twice"
    );
}

#[test]
fn a_restore_touches_no_project_that_the_snapshot_does_not_hold() {
    let world = World::new();
    let rename = |project: &str, name: &str| {
        let target = format!("/v1/{project}{}", drill(crate::support::DRILL));
        world
            .ask(
                "PUT",
                &target,
                &["Content-Type: application/json"],
                naming(&format!("{name:?}")),
            )
            .is_named(name);
    };
    rename("one", "first");
    rename("other", "first");
    let snapshot = world.told("POST", "/snapshots?project=one", "")["id"].clone();
    rename("one", "second");
    rename("other", "second");
    let other = state(&world, "other");
    let restored = world.told(
        "POST",
        &format!("/snapshots/{}/restore", snapshot.as_str().expect("an ID")),
        "",
    );
    assert_eq!(restored["projects"], json!(["one"]));
    assert!(state(&world, "one").contains(r#""name":"first""#));
    assert_eq!(state(&world, "other"), other);
    world.told("DELETE", "/projects/one", "");
    world
        .server
        .control()
        .restore(snapshot.as_str().expect("an ID"))
        .expect("restored");
    assert!(
        state(&world, "one").contains(r#""name":"first""#),
        "a deleted project is made again"
    );
}

#[test]
#[expect(clippy::disallowed_methods, reason = "how long it takes is what is asked")]
fn ten_thousand_drills_are_put_back_in_no_time() {
    let folder = Folder::new("ten_thousand_drills_are_put_back");
    let fixtures = vec![folder.write("drills.json", with_drills(10_000))];
    let world = World::with(Config {
        fixtures,
        ..Config::test()
    });
    let snapshot = own(&world).snapshot().expect("a snapshot");
    let path = crate::support::below_project(&drill(&nth(5000)));
    let best = (0..5)
        .map(|n| {
            let name = format!("renamed-{n}");
            world
                .ask(
                    "PUT",
                    &path,
                    &["Content-Type: application/json"],
                    naming(&format!("{name:?}")),
                )
                .is_named(&name);
            let before = Instant::now();
            world.told("POST", &format!("/snapshots/{snapshot}/restore"), "");
            let took = before.elapsed();
            assert_eq!(
                world.ask("GET", &path, &[], "").json()["disaster_recovery_drill"]["name"],
                "drill-5000"
            );
            took
        })
        .min();
    assert!(best < Some(Duration::from_millis(50)), "{best:?}");
}

/// Renames the sample drill of a project.
fn rename(world: &World, project: &str, name: &str) {
    let target = format!("/v1/{project}{}", drill(crate::support::DRILL));
    let headers = ["Content-Type: application/json"];
    let answer = world.ask("PUT", &target, &headers, naming(&format!("{name:?}")));
    answer.is_named(name);
}

#[test]
fn a_call_for_one_snapshot_may_name_a_project_that_it_holds() {
    let world = World::new();
    let both = ["one", "other"];
    for project in both {
        rename(&world, project, "first");
    }
    let snapshot = world.told("POST", "/snapshots?project=*", "")["id"].clone();
    let at = format!("/snapshots/{}", snapshot.as_str().expect("an ID"));
    for project in both {
        rename(&world, project, "second");
    }
    for (snapshot, project, status, code, pointer) in [
        (&*at, "third", 400, "project_not_in_snapshot", Some("?project")),
        ("/snapshots/x", "one", 404, "not_found", None),
    ] {
        for (method, verb) in [("POST", "/restore"), ("DELETE", "")] {
            let target = format!("{snapshot}{verb}?project={project}");
            let answer = world.keeps_whole(|world| world.mock(method, &target, ""));
            answer.is_problem(status, code, pointer);
        }
    }
    let restored = world.told("POST", &format!("{at}/restore?project=one"), "");
    assert_eq!(restored["projects"], json!(["one"]));
    assert!(state(&world, "one").contains(r#""name":"first""#));
    assert!(
        state(&world, "other").contains(r#""name":"second""#),
        "it was not named"
    );
    let restored = world.told("POST", &format!("{at}/restore?project=*"), "");
    assert_eq!(restored["projects"], json!(both));
    assert!(state(&world, "other").contains(r#""name":"first""#));
    world.told("DELETE", &format!("{at}?project=other"), "");
    assert_eq!(world.told("GET", "/snapshots", "")["snapshots"], json!([]));
}
