//! Projects: every one a world of its own; what unseen ones find, and when one goes.

use std::time::Duration;

use reqwest::Method;
use sdrs_mock::Config;
use sdrs_mock::config::Span;
use sdrs_mock::store::UnseenProjects;
use serde_json::Value;

use crate::support::files::{Folder, built_in};
use crate::support::wire::naming;
use crate::support::{Answer, DIALECTS, DRILL, PROJECT, World, drill, send};

async fn rename_in(world: &World, project: &str, name: &str) -> Answer {
    let request = world.request_of(project, Method::PUT, &drill(DRILL));
    send(request.header("Content-Type", "application/json").body(naming(name))).await
}

async fn name_in(world: &World, project: &str) -> String {
    let shown = world.get_of(project, &drill(DRILL)).await.json();
    shown["disaster_recovery_drill"]["name"]
        .as_str()
        .expect("a name")
        .to_owned()
}

async fn projects(world: &World) -> u64 {
    let info = send(world.request_at(Method::GET, "/_mock/info")).await.json();
    info["projects"].as_u64().expect("a number")
}

fn unseen(unseen_projects: UnseenProjects) -> Config {
    Config {
        unseen_projects,
        ..Config::test()
    }
}

#[tokio::test]
async fn a_change_in_one_project_is_seen_in_no_other() {
    let world = World::new();
    assert_eq!(rename_in(&world, "one", "of-one").await.status, 200);
    assert_eq!(name_in(&world, "two").await, "dr_drill_test");
    assert_eq!(rename_in(&world, "two", "of-two").await.status, 200);
    assert_eq!(name_in(&world, "one").await, "of-one");
    assert_eq!(name_in(&world, "two").await, "of-two");
    assert_eq!(name_in(&world, "One").await, "dr_drill_test");
}

#[tokio::test]
async fn unseen_projects_find_a_copy_of_the_template() {
    let world = World::with(unseen(UnseenProjects::Template));
    let list = world.get_of("anyone", "/disaster-recovery-drills").await.json();
    assert_eq!(list["count"], 2);
}

#[tokio::test]
async fn unseen_projects_find_nothing_where_they_are_to_be_empty() {
    for dialect in DIALECTS {
        let world = World::with(Config {
            dialect,
            ..unseen(UnseenProjects::Empty)
        });
        let list = world.get_of("anyone", "/disaster-recovery-drills").await;
        assert_eq!(list.body, r#"{"count":0,"disaster_recovery_drills":[]}"#);
        let answer = world.get_of("anyone", &drill(DRILL)).await;
        answer.is_absent(dialect, "SDRS.1902", "DR drill not found");
    }
}

#[tokio::test]
async fn unseen_projects_are_refused_where_they_are_to_be_while_named_ones_are_served() {
    let folder = Folder::new("unseen_projects_are_refused");
    let mut fixture = built_in();
    fixture["projects"][PROJECT] = fixture["template"].take();
    fixture.as_object_mut().expect("an object").shift_remove("template");
    let fixture = folder.write("named.json", fixture);
    for dialect in DIALECTS {
        let world = World::with(Config {
            dialect,
            fixtures: vec![fixture.clone()],
            ..unseen(UnseenProjects::Refuse)
        });
        assert_eq!(name_in(&world, PROJECT).await, "dr_drill_test");
        let answer = world.get_of("eu-de_project", "/disaster-recovery-drills").await;
        answer.is_refused(dialect, "SDRS.0001", "Invalid tenant ID");
        assert_eq!(projects(&world).await, 1);
    }
}

#[tokio::test]
async fn above_the_most_projects_the_least_recently_used_one_without_changes_goes() {
    let world = World::with(Config {
        max_projects: 2,
        ..Config::test()
    });
    let path = drill(DRILL);
    let first = world.get_of("one", &path).await;
    let two = world.get_of("two", &path).await;
    assert_ne!(
        world.get_of("one", &path).await.header("X-Request-Id"),
        first.header("X-Request-Id")
    );
    world.get_of("three", &path).await;
    assert_eq!(projects(&world).await, 2);
    // A project that comes again after it went counts its requests from the start; the one that stayed goes on.
    let again = world.get_of("two", &path).await;
    assert_eq!(again.header("X-Request-Id"), two.header("X-Request-Id"));
    let again = world.get_of("one", &path).await;
    assert_eq!(
        again.header("X-Request-Id"),
        first.header("X-Request-Id"),
        "one went when two came again"
    );
    assert_eq!(projects(&world).await, 2);
}

#[tokio::test]
async fn changed_projects_stay_and_when_all_are_changed_no_other_is_taken() {
    for dialect in DIALECTS {
        let world = World::with(Config {
            dialect,
            max_projects: 2,
            ..Config::test()
        });
        rename_in(&world, "one", "of-one").await;
        for n in 0..5 {
            assert_eq!(name_in(&world, &format!("passing-{n}")).await, "dr_drill_test");
        }
        // A refused change is none, so this one goes.
        assert_eq!(rename_in(&world, "refused", "not a name").await.status, 400);
        rename_in(&world, "two", "of-two").await;
        let answer = world.get_of("three", "/disaster-recovery-drills").await;
        answer.is_error(503, "error", "503", "Service unavailable");
        assert!(answer.body.contains("--max-projects"), "{}", answer.body);
        assert_eq!(name_in(&world, "one").await, "of-one");
        assert_eq!(name_in(&world, "two").await, "of-two");
    }
}

#[tokio::test]
async fn a_project_that_nobody_used_for_long_enough_is_dropped_with_its_changes() {
    let world = World::with(Config {
        project_idle: Some(Span(Duration::from_millis(50))),
        ..Config::test()
    });
    assert_eq!(rename_in(&world, "left", "changed").await.status, 200);
    // Each new project is a look at the others; the oldest goes first.
    for n in 0..10_000 {
        assert_eq!(name_in(&world, &format!("new-{n}")).await, "dr_drill_test");
        if projects(&world).await < n + 2 {
            assert_eq!(name_in(&world, "left").await, "dr_drill_test");
            return;
        }
    }
    panic!("it was never dropped");
}

#[tokio::test]
async fn projects_are_kept_for_ever_unless_told_otherwise() {
    let world = World::new();
    rename_in(&world, "kept", "changed").await;
    for n in 0..200 {
        name_in(&world, &format!("new-{n}")).await;
    }
    assert_eq!(projects(&world).await, 201);
    assert_eq!(name_in(&world, "kept").await, "changed");
}

#[tokio::test]
async fn request_ids_follow_from_seed_project_and_count_and_from_nothing_else() {
    let (one, other) = (World::new(), World::new());
    let id = |answer: &Answer| answer.header("X-Request-Id").to_owned();
    let path = drill(DRILL);
    let first = id(&one.get_of("a", &path).await);
    let second = id(&one.get_of("a", &path).await);
    other.get_of("b", &path).await;
    assert_eq!(id(&other.get_of("a", &path).await), first);
    other.get_of("b", &path).await;
    assert_eq!(
        id(&other.get_of("a", "/disaster-recovery-drills?limit=x").await),
        second
    );
    assert_ne!(id(&one.get_of("c", &path).await), first);
}

#[tokio::test]
async fn a_projects_entry_stands_alone_and_does_not_build_on_the_template() {
    let folder = Folder::new("a_projects_entry_stands_alone");
    let mut fixture = built_in();
    fixture["projects"] = serde_json::json!({ "bare": {}, "own": fixture["template"].clone() });
    fixture["projects"]["own"]["disaster_recovery_drills"][0]["name"] = "of-its-own".into();
    let world = World::with(Config {
        fixtures: vec![folder.write("projects.json", fixture)],
        ..Config::test()
    });
    let first = |list: &Value| list["disaster_recovery_drills"][0]["name"].clone();
    let list = "/disaster-recovery-drills";
    assert_eq!(world.get_of("bare", list).await.json()["count"], 0);
    assert_eq!(first(&world.get_of("own", list).await.json()), "of-its-own");
    assert_eq!(first(&world.get_of("other", list).await.json()), "dr_drill_2018");
}
