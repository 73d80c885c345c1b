//! Deleting a drill: when it may be, and what is left.

use sdrs_mock::api::error::Dialect;
use serde_json::json;

use super::{DRILLS, drill_of};
use crate::stage::{self, drill, drill_id, group, group_id, manual, polls, speaking};
use crate::support::{Answer, DIALECTS, World};

fn delete(world: &World, n: usize) -> Answer {
    world.tell("DELETE", &format!("{DRILLS}/{}", drill_id(n)), "")
}

/// Every status of a drill, and whether it can be deleted then.
const STATUSES: [(&str, bool); 5] = [
    ("creating", false),
    ("available", true),
    ("error", true),
    ("deleting", false),
    ("error-deleting", true),
];

#[test]
fn every_status_answers_every_operation_as_the_tables_say() {
    let drills: Vec<_> = (0..)
        .zip(STATUSES)
        .map(|(n, (status, _))| drill(n, 1, status))
        .collect();
    let template = json!({"server_groups": [group(1, "starting")], "disaster_recovery_drills": drills});
    for dialect in DIALECTS {
        let world = stage::world(&template, manual(dialect));
        for (n, (status, deletable)) in STATUSES.into_iter().enumerate() {
            assert_eq!(world.drill(n)["status"], status);
            let path = format!("{DRILLS}/{}", drill_id(n));
            let renamed = world.tell("PUT", &path, r#"{"disaster_recovery_drill":{"name":"x"}}"#);
            renamed.is_named("x");
            assert_eq!(world.drill(n)["status"], status);
            if deletable {
                delete(&world, n).job_id();
                assert_eq!(world.drill(n)["status"], "deleting");
            } else {
                let answer = world.stays(|world| delete(world, n));
                answer.is_refused(
                    dialect,
                    "SDRS.1913",
                    "DR drill deletion not allowed in the current state",
                );
            }
        }
    }
}

#[test]
fn a_deletion_takes_the_drill_away_at_its_end() {
    let template = json!({"server_groups": [group(1, "available")],
        "disaster_recovery_drills": [drill(2, 1, "available"), drill(1, 1, "available")]});
    let world = stage::world(&template, polls(3));
    let id = delete(&world, 1).job_id();
    let first = world.job(&id);
    assert_eq!(
        (&first["status"], &first["job_type"]),
        (&json!("INIT"), &json!("deleteDisasterRecoveryDrill"))
    );
    assert_eq!(drill_of(&first), drill_id(1));
    assert_eq!(world.drill(1)["status"], "deleting");
    let counts = |world: &World| {
        (
            world.group(1)["disaster_recovery_drill_num"].clone(),
            world.ask_for(DRILLS).json()["count"].clone(),
        )
    };
    assert_eq!(counts(&world), (json!(2), json!(2)));
    let last = world.job(&id);
    assert_eq!((&last["status"], drill_of(&last)), (&json!("SUCCESS"), drill_id(1)));
    assert_eq!(counts(&world), (json!(1), json!(1)));
    // With its last drill the group can be deleted.
    let group = format!("/server-groups/{}", group_id(1));
    assert_eq!(world.tell("DELETE", &group, "").verdict(), "SDRS.1003");
    let id = delete(&world, 2).job_id();
    for _ in 0..3 {
        world.job(&id);
    }
    assert_eq!(world.group(1)["disaster_recovery_drill_num"], 0);
    world.tell("DELETE", &group, "").job_id();
}

#[test]
fn a_drill_deleted_before_is_told_from_one_that_never_was() {
    let template =
        json!({"server_groups": [group(1, "available")], "disaster_recovery_drills": [drill(1, 1, "error")]});
    for dialect in DIALECTS {
        let world = stage::world(&template, speaking(dialect));
        delete(&world, 1).job_id();
        world.stays(|world| {
            let again = delete(world, 1);
            match dialect {
                Dialect::Documented => again.is_absent(dialect, "SDRS.1902", "DR drill not found"),
                Dialect::Live => again.is_refused(
                    dialect,
                    "SDRS.1913",
                    "DR drill deletion not allowed in the current state",
                ),
            }
            delete(world, 2).is_absent(dialect, "SDRS.1902", "DR drill not found");
            let path = format!("{DRILLS}/{}", drill_id(1));
            world
                .ask_for(&path)
                .is_absent(dialect, "SDRS.1902", "DR drill not found");
            let rename = world.tell("PUT", &path, r#"{"disaster_recovery_drill":{"name":"x"}}"#);
            rename.is_absent(dialect, "SDRS.1902", "DR drill not found");
        });
    }
}

#[test]
fn an_id_that_is_none_is_refused_by_a_deletion() {
    for dialect in DIALECTS {
        let world = World::speaking(dialect);
        world.stays(|world| {
            let delete = |id: &str| world.tell("DELETE", &format!("{DRILLS}/{id}"), "");
            delete("x").is_refused(dialect, "SDRS.1900", "Invalid DR drill ID");
            delete("%20").is_refused(dialect, "SDRS.1901", "Null or empty DR drill ID");
        });
    }
}
