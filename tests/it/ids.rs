//! IDs in the path: what one is, whose it is, and how a bad one is refused.

use sdrs_mock::Config;
use sdrs_mock::store::UnseenProjects;

use crate::support::{DIALECTS, DRILL, NOBODY, World, below_project, drill, naming, worlds};

/// A project of the fixture `drills.json` that does not start from the template, and its only drill.
const OWN_PROJECT: &str = "project-of-its-own";
const OWN_DRILL: &str = "dddddddd-0000-4000-8000-000000000009";

#[test]
fn an_id_that_is_no_hyphenated_uuid_is_malformed() {
    for dialect in DIALECTS {
        let world = World::speaking(dialect);
        for id in [
            "x",
            "dr_drill_test", // as OpenStack's SDK asks before it looks for a name
            "e472d26f",
            "e472d26f962442fb8bfc717d4714c225",
            "%7Be472d26f-9624-42fb-8bfc-717d4714c225%7D",
            "{e472d26f-9624-42fb-8bfc-717d4714c225}",
            "urn:uuid:e472d26f-9624-42fb-8bfc-717d4714c225",
            "e472d26f-9624-42fb-8bfc-717d4714c22",
            "e472d26f-9624-42fb-8bfc-717d4714c2255",
            "e472d26f-9624-42fb-8bfc-717d4714c22g",
            "e472d26f-962442fb-8bfc-717d-4714c225",
            "e472d26f_9624_42fb_8bfc_717d4714c225",
            "%20e472d26f-9624-42fb-8bfc-717d4714c225",
            "e472d26f-9624-42fb-8bfc-717d4714c225%20",
            "e472d26f-9624-42fb-8bfc-717d4714c225%00",
            "e472d26f-9624-42fb-8bfc-717d4714c225%2F",
            "+",
            "%EF%BC%91",
            "演练",
            "%FF", // not UTF-8
            "e472d26f-9624-42fb-8bfc-717d4714c%FF%FE",
            "%E6%BC",
            "%",
            "%zz",
            "..",
            "null",
        ] {
            for (method, body) in [("GET", String::new()), ("PUT", naming(r#""x""#))] {
                let answer = world.keeps_all(|world| world.ask(method, &below_project(&drill(id)), &[], &body));
                assert!(answer.body.contains("SDRS.1900"), "{method} {id}: {}", answer.body);
                answer.is_refused(dialect, "SDRS.1900", "Invalid DR drill ID");
                answer.says("disaster_recovery_drill_id must be a UUID");
            }
        }
    }
}

#[test]
fn a_blank_id_is_an_empty_one() {
    for dialect in DIALECTS {
        let world = World::speaking(dialect);
        for id in ["%20", "%20%20", "%09"] {
            for (method, body) in [("GET", String::new()), ("PUT", naming(r#""x""#))] {
                let answer = world.keeps_all(|world| world.ask(method, &below_project(&drill(id)), &[], &body));
                answer.is_refused(dialect, "SDRS.1901", "Null or empty DR drill ID");
            }
        }
    }
}

#[test]
fn an_id_in_upper_case_is_the_same_drill_and_is_answered_in_lower_case() {
    let world = World::new();
    let mixed = "E472d26F-9624-42fB-8bfc-717d4714C225";
    let escaped = "%65472d26f-9624-42fb-8bfc-717d4714c225";
    for (id, name) in [
        (DRILL.to_uppercase().as_str(), "upper"),
        (mixed, "mixed"),
        (escaped, "escaped"),
    ] {
        let target = below_project(&drill(id));
        let renamed = world.ask("PUT", &target, &[], naming(&format!("\"{name}\"")));
        renamed.is_named(name);
        assert_eq!(renamed.json()["disaster_recovery_drill"]["id"], DRILL);
        assert_eq!(world.ask("GET", &target, &[], "").body, renamed.body);
        assert_eq!(world.ask_for(&drill(DRILL)).body, renamed.body);
    }
}

#[test]
fn an_id_that_nothing_has_is_not_found() {
    for dialect in DIALECTS {
        let world = World::speaking(dialect);
        // A group's ID is no drill's ID.
        for id in [
            NOBODY,
            "c2aee29a-2959-4d01-9755-01cc76a4d17d",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
        ] {
            for (method, body) in [("GET", String::new()), ("PUT", naming(r#""x""#))] {
                let answer = world.keeps_all(|world| world.ask(method, &below_project(&drill(id)), &[], &body));
                answer.is_absent(dialect, "SDRS.1902", "DR drill not found");
            }
        }
    }
}

#[tokio::test]
async fn a_rename_in_one_project_is_not_seen_in_another() {
    let world = World::new();
    let of = |project: &str| format!("/v1/{project}{}", drill(DRILL));
    let before = world.ask("GET", &of("b"), &[], "").body;
    world
        .ask("PUT", &of("a"), &[], naming(r#""renamed-in-a""#))
        .is_named("renamed-in-a");
    assert_eq!(world.ask("GET", &of("b"), &[], "").body, before);
    world.get_of("c", &drill(DRILL)).await.is_named("dr_drill_test");
    world
        .ask("PUT", &of("b"), &[], naming(r#""renamed-in-b""#))
        .is_named("renamed-in-b");
    world.ask("GET", &of("a"), &[], "").is_named("renamed-in-a");
    // A project's ID is told apart by case, unlike a UUID.
    world.ask("GET", &of("A"), &[], "").is_named("dr_drill_test");
}

#[test]
fn a_drill_of_another_project_is_not_found() {
    for dialect in DIALECTS {
        let world = World::with(Config {
            dialect,
            fixtures: worlds("drills.json"),
            ..Config::test()
        });
        let at_home = format!("/v1/{OWN_PROJECT}{}", drill(OWN_DRILL));
        let before = world.ask("GET", &at_home, &[], "");
        before.is_named("of-its-own");
        for (method, body) in [("GET", String::new()), ("PUT", naming(r#""x""#))] {
            let abroad = below_project(&drill(OWN_DRILL));
            world
                .ask(method, &abroad, &[], &body)
                .is_absent(dialect, "SDRS.1902", "DR drill not found");
            let template = format!("/v1/{OWN_PROJECT}{}", drill("dddddddd-0000-4000-8000-000000000001"));
            world
                .ask(method, &template, &[], &body)
                .is_absent(dialect, "SDRS.1902", "DR drill not found");
        }
        assert_eq!(world.ask("GET", &at_home, &[], "").body, before.body);
        let list = world.ask("GET", &format!("/v1/{OWN_PROJECT}/disaster-recovery-drills"), &[], "");
        assert_eq!(list.json()["count"], 1);
    }
}

#[test]
fn a_project_id_that_is_none_is_refused() {
    let too_long = "a".repeat(65);
    for dialect in DIALECTS {
        let world = World::speaking(dialect);
        for project in [
            too_long.as_str(),
            "",
            "a.b",
            "a:b",
            "a~b",
            "a+b",
            "a@b",
            "a$b",
            "*",
            ".",
            "..",
            "{project_id}",
            "$(project_id)s",
            "%20",
            "a%20b",
            "%2F",
            "a%2Fb",
            "a%00",
            "%E6%BC%94",
            "演",
            "%FF",
            "%",
            "%zz",
        ] {
            for (method, path, body) in [
                ("GET", "/disaster-recovery-drills".to_owned(), String::new()),
                ("GET", drill(DRILL), String::new()),
                ("PUT", drill(DRILL), naming(r#""x""#)),
            ] {
                let answer = world.keeps_all(|world| world.ask(method, &format!("/v1/{project}{path}"), &[], &body));
                assert!(answer.body.contains("SDRS.0001"), "{method} {project}: {}", answer.body);
                answer.is_refused(dialect, "SDRS.0001", "Invalid tenant ID");
                answer.says("project_id must have 1 to 64 characters of 0-9 A-Z a-z _ -");
            }
        }
    }
}

#[test]
fn a_project_id_may_have_1_to_64_letters_digits_hyphens_and_underscores() {
    let world = World::new();
    for project in [
        "a",
        "-",
        "_",
        "0",
        "My_project-01",
        "a".repeat(64).as_str(),
        "v1",
        "disaster-recovery-drills",
    ] {
        let target = format!("/v1/{project}{}", drill(DRILL));
        world.ask("PUT", &target, &[], naming(r#""x""#)).is_named("x");
    }
    // An escape of a character that needs none is that character.
    world
        .ask("GET", &format!("/v1/My%5Fproject%2D01{}", drill(DRILL)), &[], "")
        .is_named("x");
}

#[test]
fn a_project_that_no_fixture_names_can_be_refused() {
    for dialect in DIALECTS {
        let world = World::with(Config {
            dialect,
            unseen_projects: UnseenProjects::Refuse,
            fixtures: worlds("drills.json"),
            ..Config::test()
        });
        let answer = world.ask_for("/disaster-recovery-drills");
        answer.is_refused(dialect, "SDRS.0001", "Invalid tenant ID");
        let known = format!("/v1/{OWN_PROJECT}{}", drill(OWN_DRILL));
        world.ask("GET", &known, &[], "").is_named("of-its-own");
    }
}
