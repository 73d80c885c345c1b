//! Rows changed past the API's transitions: what it makes possible, what it refuses, what it warns of.

use serde_json::{Value, json};

use super::rules::{own, protected};
use crate::stage::{self, drill, drill_id, group, group_id, instance, instance_id, pair, pair_id, server_id, speaking};
use crate::support::{DIALECTS, NOBODY, PROJECT, World};

/// One of everything, and a second group.
fn world() -> World {
    let template = json!({
        "server_groups": [group(1, "available"), group(2, "available")],
        "protected_instances": [instance(1, 1, "available", &[1])],
        "replications": [pair(1, 1, "available")],
        "disaster_recovery_drills": [drill(1, 1, "available")],
    });
    stage::world(&template, speaking(DIALECTS[0]))
}

/// Changes a row over HTTP: what it is now, and the warnings.
#[track_caller]
fn patch(world: &World, collection: &str, id: &str, patch: Value) -> (Value, Value) {
    let told = world.told(
        "PATCH",
        &format!("/resources/{collection}/{id}?project={PROJECT}"),
        patch,
    );
    (told["resource"].clone(), told["warnings"].clone())
}

/// A change that is refused and changes nothing.
#[track_caller]
fn refused(collection: &str, id: &str, patch: Value, code: &str, pointer: impl Into<Option<&'static str>>) {
    let world = world();
    own(&world).clock().expect("the project is there");
    let target = format!("/resources/{collection}/{id}?project={PROJECT}");
    let status = if code == "not_found" { 404 } else { 400 };
    world
        .keeps_whole(|world| world.mock("PATCH", &target, &patch))
        .is_problem(status, code, pointer);
}

#[test]
fn each_collection_of_the_api_shows_what_was_changed() {
    let rows = [
        ("server-groups", group_id(1), "error-reversing"),
        ("protected-instances", instance_id(1), "error-resizing"),
        ("replications", pair_id(1), "error-extending"),
        ("disaster-recovery-drills", drill_id(1), "error-deleting"),
    ];
    for (collection, id, status) in rows {
        let world = world();
        let (row, warnings) = patch(&world, collection, &id, json!({"status": status, "name": "changed"}));
        assert_eq!(
            (&row["status"], &row["name"], warnings),
            (&json!(status), &json!("changed"), json!([])),
            "{collection}"
        );
        let shown = world.one(&format!("/{collection}/{id}"));
        assert_eq!((&shown["status"], &shown["name"]), (&json!(status), &json!("changed")));
        assert!(
            shown["updated_at"]
                .as_str()
                .is_some_and(|at| at.starts_with("2026-01-01")),
            "{shown}"
        );
        let upper = id.to_uppercase();
        let at = if collection == "replications" {
            "2020-02-02T02:02:02.000002"
        } else {
            "2020-02-02 02:02:02.002"
        };
        let (row, _) = patch(&world, collection, &upper, json!({"updated_at": at}));
        assert_eq!(row["updated_at"], at, "{collection}");
    }
}

#[test]
fn each_section_of_the_inventory_lists_what_was_changed() {
    let world = world();
    for (collection, change) in [
        ("servers", json!({"power": "running", "flavor": "s6.large.2"})),
        ("volumes", json!({"locked": true, "size": 7})),
        ("vpcs", json!({"subnets": [{"id": NOBODY, "cidr": "10.0.0.0/24"}]})),
    ] {
        let (row, _) = patch(&world, collection, NOBODY, change.clone());
        assert_eq!(row["id"], NOBODY);
        for (member, value) in change.as_object().expect("an object") {
            assert_eq!(&row[member], value, "{collection}");
        }
        let listed = own(&world).state().expect("a state")["projects"][PROJECT]["inventory"][collection].take();
        assert_eq!(listed, json!([row]), "{collection}");
    }
    let id = stage::DOMAIN;
    let new = json!({"name": "mine", "description": "", "sold_out": false,
        "local_replication_cluster": {"availability_zone": "a"}, "remote_replication_cluster": {"availability_zone": "b"}});
    let answer = world.mock("PATCH", &format!("/resources/domains/{id}?project={PROJECT}"), &new);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let (row, _) = patch(&world, "domains", id, json!({"name": "renamed"}));
    let shown = world.ask_for("/active-domains").json()["domains"][0].clone();
    assert_eq!(
        (&shown["id"], &shown["name"], &row["name"]),
        (&json!(id), &json!("renamed"), &json!("renamed"))
    );
}

#[test]
fn a_server_that_was_started_makes_a_reversal_refused() {
    for listed in [false, true] {
        let world = protected();
        let server = server_id(1, "source");
        if listed {
            patch(&world, "servers", &server, json!({"power": "stopped"}));
        }
        let reverse = || {
            world.act(
                &group_id(1),
                "reverse-server-group",
                json!({"priority_station": "target"}),
            )
        };
        patch(&world, "servers", &server, json!({"power": "running"}));
        assert_eq!(world.stays(|_| reverse()).verdict(), "SDRS.1319");
        patch(&world, "servers", &server, json!({"power": "stopped"}));
        assert_eq!(reverse().status, 200);
    }
}

#[test]
fn a_disk_that_was_locked_makes_a_pair_refused() {
    let world = world();
    let new = json!({"replication": {"server_group_id": group_id(1), "volume_id": NOBODY, "name": "new"}});
    patch(&world, "volumes", NOBODY, json!({"locked": true}));
    assert_eq!(
        world.stays(|_| world.tell("POST", "/replications", &new)).verdict(),
        "SDRS.1831"
    );
    patch(&world, "volumes", NOBODY, json!({"locked": null}));
    assert_eq!(world.tell("POST", "/replications", &new).status, 200);
}

#[test]
fn a_status_is_changed_while_a_job_goes_on() {
    let world = protected();
    own(&world)
        .rule(&sdrs_mock::store::job_rules::JobRule::lasting(
            sdrs_mock::domain::plan::Progression::Manual,
        ))
        .expect("a rule");
    let job = world.act(&group_id(1), "stop-server-group", json!({})).job_id();
    patch(&world, "server-groups", &group_id(1), json!({"status": "error"}));
    assert_eq!(world.group(1)["status"], "error");
    own(&world).complete(&job).expect("told");
    assert_eq!(
        world.group(1)["status"],
        "available",
        "the end of the job is what it always is"
    );
}

#[test]
fn names_statuses_and_types_are_kept_to() {
    let rows = [
        ("server-groups", group_id(1)),
        ("protected-instances", instance_id(1)),
        ("replications", pair_id(1)),
        ("disaster-recovery-drills", drill_id(1)),
    ];
    for (collection, id) in rows {
        for (patch, code, pointer) in [
            (json!({"name": "not a name!"}), "invalid_value", "/name"),
            (json!({"name": "x".repeat(65)}), "invalid_value", "/name"),
            (json!({"name": 7}), "invalid_value", "/name"),
            (json!({"name": null}), "invalid_value", ""),
            (json!({"status": "sleeping"}), "unknown_value", "/status"),
            (json!({"nmae": "x"}), "unknown_member", "/nmae"),
            (json!({"created_at": "yesterday"}), "invalid_value", "/created_at"),
            (json!({"id": NOBODY}), "invalid_value", "/id"),
        ] {
            refused(collection, &id, patch, code, pointer);
        }
        let code = if collection == "server-groups" {
            "unknown_member"
        } else {
            "invalid_value"
        };
        refused(
            collection,
            &id,
            json!({"server_group_id": group_id(2)}),
            code,
            "/server_group_id",
        );
        refused(collection, NOBODY, json!({}), "not_found", None);
        refused(collection, "x", json!({}), "not_found", None);
    }
}

#[test]
#[rustfmt::skip] // a table: one row a line
fn each_collection_keeps_to_its_own_words_and_members() {
    let (first, drill) = (group_id(1), drill_id(1));
    for (collection, id, patch, code, pointer) in [
        ("disaster-recovery-drills", &*drill, json!({"status": "protected"}), "invalid_value", Some("/status")),
        ("server-groups", &*first, json!({"priority_station": "middle"}), "unknown_value", Some("/priority_station")),
        ("servers", NOBODY, json!({"power": "running "}), "unknown_value", Some("/power")),
        ("servers", NOBODY, json!({"id": first}), "invalid_value", Some("/id")),
        ("servers", NOBODY, json!({"disks": [{"id": "x"}]}), "invalid_value", Some("/disks/0/id")),
        ("servers", "x", json!({}), "not_found", None),
        ("volumes", NOBODY, json!({"size": "big"}), "invalid_value", Some("/size")),
        ("vpcs", NOBODY, json!({"subnet": []}), "unknown_member", Some("/subnet")),
        ("domains", NOBODY, json!({"name": "unlisted"}), "invalid_value", Some("")),
        ("server", NOBODY, json!({}), "unknown_collection", Some("{collection}")),
    ] {
        refused(collection, id, patch, code, pointer);
    }
}

#[test]
fn a_patch_is_an_object_in_one_piece() {
    let world = world();
    own(&world).clock().expect("the project is there");
    let target = format!("/resources/server-groups/{}?project={PROJECT}", group_id(1));
    for (body, code) in [
        ("[]", "invalid_value"),
        ("\"x\"", "invalid_value"),
        ("{", "invalid_json"),
        ("{} {}", "invalid_json"),
        ("null", "invalid_value"),
    ] {
        world
            .keeps_whole(|world| world.mock("PATCH", &target, body))
            .is_problem(400, code, "");
    }
    let answer = world.keeps_whole(|world| {
        world.mock(
            "PATCH",
            &format!("/resources/server-group/{NOBODY}?project={PROJECT}"),
            "{}",
        )
    });
    answer.is_problem(400, "unknown_collection", "{collection}");
    assert_eq!(answer.hint(), "server-groups");
}

#[test]
fn what_no_longer_holds_is_warned_of() {
    let world = world();
    let (_, warnings) = patch(
        &world,
        "replications",
        &pair_id(1),
        json!({"priority_station": "target"}),
    );
    let [warning] = &warnings.as_array().expect("a list")[..] else {
        panic!("{warnings}")
    };
    assert_eq!(
        (&warning["id"], &warning["member"]),
        (&json!(pair_id(1)), &json!("priority_station"))
    );
    assert!(warning["message"].as_str().is_some_and(|message| !message.is_empty()));
    let target = format!("/_mock/resources/server-groups/{}?project={PROJECT}", group_id(2));
    let refused = world.ask("PATCH", &target, &[], r#"{"protected_instance_num":9}"#);
    assert_eq!(
        (refused.status, &refused.json()["error"]["pointer"]),
        (400, &json!("/protected_instance_num"))
    );
}

#[test]
fn a_state_with_broken_rules_between_rows_can_be_put_back_as_it_is() {
    let nobody = "0a1b2c3d-0000-4000-8000-00000000dead";
    let patches = [
        ("replications", pair_id(1), json!({"priority_station": "target"})),
        (
            "protected-instances",
            instance_id(1),
            json!({"priority_station": "target"}),
        ),
        (
            "protected-instances",
            instance_id(1),
            json!({"attachment": [{"replication": nobody, "device": "/dev/vdb"}]}),
        ),
        ("protected-instances", instance_id(1), json!({"attachment": []})),
        (
            "disaster-recovery-drills",
            drill_id(1),
            json!({"drill_servers": [{"protected_instance": nobody, "drill_server_id": nobody}]}),
        ),
        (
            "server-groups",
            group_id(1),
            json!({"target_availability_zone": "eu-de-01"}),
        ),
        (
            "server-groups",
            group_id(1),
            json!({"source_availability_zone": "eu-de-02"}),
        ),
    ];
    let target = format!("/state?project={PROJECT}");
    for (collection, id, change) in patches {
        let world = world();
        patch(&world, collection, &id, change.clone());
        let state = world.told("GET", &target, "");
        world.told("PUT", &target, &state);
        assert_eq!(world.told("GET", &target, ""), state, "{collection} {change}");
        // What the document does not waive is refused as ever.
        let mut bare = state.clone();
        let own = bare["projects"][PROJECT].as_object_mut().expect("a world");
        if own.remove("waived").is_some() {
            let answer = world.keeps_whole(|world| world.mock("PUT", &target, &bare));
            assert_eq!(answer.json()["error"]["code"], "invalid_state", "{}", answer.body);
        }
    }
}

#[test]
fn what_follows_from_a_changed_row_follows_at_once() {
    let world = world();
    let (_, warnings) = patch(
        &world,
        "protected-instances",
        &instance_id(1),
        json!({"attachment": []}),
    );
    assert_eq!(world.pair(1)["attachment"], json!([]));
    assert_eq!(
        (&warnings[0]["id"], &warnings[0]["member"]),
        (&json!(pair_id(1)), &json!("attachment"))
    );
}
