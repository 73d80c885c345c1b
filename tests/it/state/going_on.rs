//! After a graceful stop the server goes on as if it had never stopped.

use std::path::Path;

use reqwest::Method;
use sdrs_mock::Config;
use sdrs_mock::api::auth::Auth;
use sdrs_mock::config::Span;
use serde_json::{Value, json};

use super::until;
use crate::control::state::full;
use crate::support::files::{Folder, built_in, text};
use crate::support::process::Process;
use crate::support::wire::{Wire, get, naming, put};
use crate::support::{DRILL, PROJECT, World, below_project, drill, sample, send};

fn kept(path: &Path) -> Config {
    Config {
        state: Some(path.to_owned()),
        ..Config::test()
    }
}

/// What there is, but for the number of requests that were needed to ask for it.
fn state(world: &World) -> Value {
    world.told("GET", "/state", "")
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("it was saved");
    serde_json::from_str(&text).expect("a state is JSON")
}

#[test]
fn nothing_is_missing_after_a_graceful_stop() {
    let folder = Folder::new("nothing_is_missing");
    // A state document is the file of a state too.
    let path = folder.write("state.json", state(&full()));
    let world = World::with(kept(&path));
    let before = state(&world);
    assert!(before["projects"][PROJECT]["jobs"].as_array().expect("jobs").len() > 5);
    for _ in 0..2 {
        let again = World::with(kept(&folder.path().join("other.json")));
        assert_ne!(state(&again), before);
        drop(again);
    }
    drop(world);
    let world = World::with(kept(&path));
    assert_eq!(state(&world), before);
    drop(world);
    let saved = read(&path);
    for member in ["template", "default", "projects"] {
        assert_eq!(saved[member], before[member], "{member}");
    }
}

#[tokio::test]
async fn ids_go_on_where_they_stopped() {
    let folder = Folder::new("ids_go_on");
    let path = folder.path().join("state.json");
    let steps = async |world: &World, n: usize| {
        let body = json!({"disaster_recovery_drill": {
            "name": format!("drill-{n}"), "server_group_id": "c2aee29a-2959-4d01-9755-01cc76a4d17d",
            "drill_vpc_id": format!("7881f1d2-1f41-419c-873a-{n:012}")}});
        let created = world.post("/disaster-recovery-drills", body.to_string()).await;
        let job = created.json()["job_id"].as_str().expect("a job").to_owned();
        let shown = world.get(&format!("/jobs/{job}")).await;
        let list = world.get("/disaster-recovery-drills").await;
        // A project that is only looked at, and a request that belongs to none.
        let other = world.get_of("looked-at", "/sdrs/quotas").await;
        let stray = send(world.request_at(Method::GET, "/nowhere")).await;
        let ids = [&created, &shown, &list, &other, &stray].map(|answer| answer.header("X-Request-Id").to_owned());
        (created.body, shown.body, list.body, ids)
    };
    let whole = World::new();
    let mut kept_going = Vec::new();
    let mut stopped = Vec::new();
    for n in 0..3 {
        kept_going.push(steps(&whole, n).await);
        // Another seed, which the state beats.
        let seed = if n == 0 { 0 } else { 99 };
        let world = World::with(Config {
            seed: Some(seed),
            ..kept(&path)
        });
        stopped.push(steps(&world, n).await);
    }
    assert_eq!(stopped, kept_going);
}

#[tokio::test]
async fn a_reset_goes_back_to_what_the_first_server_started_from() {
    let folder = Folder::new("a_reset_goes_back");
    let path = folder.path().join("state.json");
    let mut fixture = built_in();
    fixture["projects"] = json!({"own": {}});
    fixture["default"] = json!({"faults": [{"id": "first", "match": {"path": "/nowhere"}, "delay": "1ms"}]});
    let fixtures = vec![folder.write("fixture.json", fixture)];
    let world = World::with(Config {
        fixtures,
        ..kept(&path)
    });
    assert_eq!(world.get_of("own", "/server-groups").await.json()["count"], 0);
    world.rename(r#""changed""#).await;
    world.told("DELETE", "/faults?project=*", "");
    drop(world);
    let world = World::with(kept(&path));
    assert_eq!(world.shown().await["disaster_recovery_drill"]["name"], "changed");
    assert_eq!(world.get_of("own", "/server-groups").await.json()["count"], 0);
    assert_eq!(world.told("GET", "/state", "")["default"]["faults"], json!([]));
    world.told("PUT", "/projects/own", json!({"from": "template"}));
    world.told("POST", "/reset?project=*", "");
    assert_eq!(world.shown().await["disaster_recovery_drill"]["name"], "dr_drill_test");
    assert_eq!(world.get_of("own", "/server-groups").await.json()["count"], 0);
    assert_eq!(world.told("GET", "/state", "")["default"]["faults"][0]["id"], "first");
}

#[test]
fn a_project_in_which_nothing_changed_takes_hardly_any_room_and_still_makes_some() {
    let folder = Folder::new("takes_hardly_any_room");
    let path = folder.path().join("state.json");
    let config = Config {
        max_projects: 50,
        ..kept(&path)
    };
    for round in 0..2 {
        let world = World::with(config.clone());
        for n in 0..60 {
            let target = format!("/v1/p-{round}-{n}/disaster-recovery-drills");
            assert_eq!(world.ask("GET", &target, &[], "").status, 200, "{target}");
        }
    }
    let saved = read(&path);
    let project = &saved["projects"]["p-1-59"];
    assert_eq!(project["from"], "template");
    assert!(project.to_string().len() < 250, "{project}");
}

#[test]
fn the_state_is_saved_while_the_server_serves_and_told_of() {
    let folder = Folder::new("saved_while_serving");
    let path = folder.path().join("state.json");
    let arguments = ["--state", text(&path), "--state-interval", "20ms"];
    let (server, address) = Process::serve(&arguments);
    let first = until(address, |told| told["saves"].as_u64() >= Some(1));
    assert_eq!(
        (&first["path"], &first["interval_ms"]),
        (&json!(text(&path)), &json!(20))
    );
    let mut wire = Wire::to(address);
    assert_eq!(wire.ask(put(&sample(), &naming("kept"))).status(), 200);
    let saves = first["saves"].as_u64().expect("a number");
    let second = until(address, |told| {
        told["saves"].as_u64() > Some(saves + 1) || {
            read(&path)["projects"][PROJECT]["disaster_recovery_drills"]
                .to_string()
                .contains(r#""kept""#)
        }
    });
    assert!(second["saved_at"].as_str() >= first["saved_at"].as_str(), "{second}");
    assert_eq!((&second["error"], &second["failed_at"]), (&Value::Null, &Value::Null));
    server.signal("KILL");
    server.end();
    let (server, address) = Process::serve(&[&arguments[..], &["--scenario", "error-states"]].concat());
    let shown = Wire::to(address).ask(get(&below_project(&drill(DRILL))));
    assert!(shown.body.contains(r#""name":"kept""#), "{}", shown.body);
    server.signal("TERM");
    let ended = server.end();
    assert_eq!(ended.code, Some(0));
    let line = ended
        .stderr
        .lines()
        .find(|line| line.contains("going on from the state"));
    let line = line.unwrap_or_else(|| panic!("{}", ended.stderr));
    assert!(line.contains(text(&path)) && line.contains("--scenario"), "{line}");
}

#[test]
fn a_state_that_nothing_changes_is_not_written_again() {
    let folder = Folder::new("not_written_again");
    let path = folder.path().join("state.json");
    let world = World::with(Config {
        state_interval: Span(std::time::Duration::from_millis(1)),
        ..kept(&path)
    });
    let saves = |world: &World| {
        world.told("GET", "/info", "")["state"]["saves"]
            .as_u64()
            .expect("a number")
    };
    let mut before = 0;
    while before == 0 {
        before = saves(&world);
    }
    // Many intervals long.
    for _ in 0..200 {
        world.told("GET", "/state", "");
    }
    assert_eq!(saves(&world), before);
    world.told(
        "POST",
        &format!("/clock/advance?project={PROJECT}"),
        json!({"by": "1s"}),
    );
    while saves(&world) == before {}
}

#[test]
fn a_relative_path_is_told_from_the_root() {
    let folder = Folder::new("a_relative_path");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_sdrs-mock"));
    command.current_dir(folder.path());
    let arguments = ["--listen", "127.0.0.1:0", "--state", "state.json"];
    let server = Process::start_by(command, &arguments, &[]);
    let told = until(server.ready(), |told| told["saves"] == 1);
    let path = folder.path().join("state.json");
    assert_eq!(told["path"], text(&path));
    server.signal("INT");
    let log = server.end().stderr;
    assert!(log.contains("a fresh start") && log.contains(text(&path)), "{log}");
    assert!(path.exists());
}

#[test]
fn a_token_that_was_expired_stays_so() {
    for scope in [PROJECT, "*"] {
        let folder = Folder::new(if scope == "*" {
            "all_tokens_expired"
        } else {
            "own_tokens_expired"
        });
        let path = folder.path().join("state.json");
        let config = || Config {
            auth: Auth::Strict,
            token_key: Some("a key that stays the same".to_owned()),
            ..kept(&path)
        };
        let show = |world: &World, token: &str| {
            let answer = world.ask("GET", &sample(), &[&format!("X-Auth-Token: {token}")], "");
            answer.status
        };
        let world = World::with(config());
        let issue = |world: &World| world.server.control().project(PROJECT).issue_token().expect("a token");
        let token = issue(&world);
        drop(world);
        let world = World::with(config());
        assert_eq!(show(&world, &token), 200, "a token outlives a restart");
        world.server.control().project(scope).expire_tokens().expect("expired");
        assert_eq!(show(&world, &token), 401);
        drop(world);
        let world = World::with(config());
        assert_eq!(show(&world, &token), 401, "expired in {scope}");
        assert_eq!(show(&world, &issue(&world)), 200);
    }
}
