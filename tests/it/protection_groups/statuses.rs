//! Which operation each of the 17 statuses permits, and where it leads.

use sdrs_mock::Config;
use serde_json::{Value, json};

use crate::stage::{self, group, group_id, manual, pair};
use crate::support::{Answer, DIALECTS, World};

/// Every status of a group.
const STATUSES: [&str; 17] = [
    "creating",
    "available",
    "protected",
    "failed-over",
    "error",
    "starting",
    "stopping",
    "reversing",
    "failing-over",
    "reprotecting",
    "deleting",
    "error-starting",
    "error-stopping",
    "error-reversing",
    "error-failing-over",
    "error-reprotecting",
    "error-deleting",
];

/// An operation: what it is called here, the statuses that permit it, and what a reader sees while it goes on.
struct Row {
    operation: &'static str,
    permitted: &'static [&'static str],
    during: fn(&'static str) -> &'static str,
}

/// The tables of `protection-groups.md` sections 2 and 7 and of `drills.md` section 4.
const ROWS: [Row; 8] = [
    Row {
        operation: "create-drill",
        permitted: &[
            "available",
            "protected",
            "failed-over",
            "error-starting",
            "error-stopping",
            "error-reversing",
            "error-reprotecting",
            "error-failing-over",
        ],
        during: |status| status,
    },
    Row {
        operation: "delete",
        permitted: &[
            "available",
            "protected",
            "failed-over",
            "error",
            "error-starting",
            "error-stopping",
            "error-reversing",
            "error-failing-over",
            "error-reprotecting",
            "error-deleting",
        ],
        during: |_| "deleting",
    },
    Row {
        operation: "start-server-group",
        permitted: &["available", "error-starting", "failed-over", "error-reprotecting"],
        during: |status| match status {
            "available" | "error-starting" => "starting",
            _ => "reprotecting",
        },
    },
    Row {
        operation: "stop-server-group",
        permitted: &["protected", "error-stopping"],
        during: |_| "stopping",
    },
    Row {
        operation: "reverse-server-group",
        permitted: &["protected", "error-reversing"],
        during: |_| "reversing",
    },
    Row {
        operation: "failover-server-group",
        permitted: &["protected", "error-failing-over", "error-reversing"],
        during: |_| "failing-over",
    },
    Row {
        operation: "rename",
        permitted: &STATUSES,
        during: |status| status,
    },
    Row {
        operation: "show",
        permitted: &STATUSES,
        during: |status| status,
    },
];

/// A group in each status, with a pair where the operation asks for one.
fn one_in_each(with_pairs: bool) -> Value {
    let each = || STATUSES.iter().enumerate();
    let groups: Vec<_> = each().map(|(n, status)| group(n, status)).collect();
    let pairs: Vec<_> = each().map(|(n, _)| pair(n, n, "available")).collect();
    json!({"server_groups": groups, "replications": if with_pairs { pairs } else { Vec::new() }})
}

fn operate(world: &World, operation: &str, n: usize) -> Answer {
    let id = group_id(n);
    let path = format!("/server-groups/{id}");
    match operation {
        "show" => world.ask_for(&path),
        "rename" => world.tell("PUT", &path, r#"{"server_group":{"name":"renamed"}}"#),
        "delete" => world.tell("DELETE", &path, ""),
        "create-drill" => {
            let new = json!({"server_group_id": id, "name": "drill"});
            let body = json!({ "disaster_recovery_drill": new });
            world.tell("POST", "/disaster-recovery-drills", body)
        }
        "reverse-server-group" => world.act(&id, operation, json!({"priority_station": "target"})),
        _ => world.act(&id, operation, json!({})),
    }
}

#[test]
fn every_status_answers_every_operation_as_the_tables_say() {
    for dialect in DIALECTS {
        for row in &ROWS {
            let world = stage::world(&one_in_each(row.operation.ends_with("-group")), manual(dialect));
            for (n, status) in STATUSES.into_iter().enumerate() {
                let what = format!("{} in {status}", row.operation);
                if !row.permitted.contains(&status) {
                    let answer = world.stays(|world| operate(world, row.operation, n));
                    assert_eq!(answer.verdict(), "SDRS.1002", "{what}");
                    let message = "Operation not allowed for the protection group in the current state";
                    answer.is_refused(dialect, "SDRS.1002", message);
                    continue;
                }
                let answer = operate(&world, row.operation, n);
                assert_eq!(answer.status, 200, "{what}: {}", answer.body);
                assert_eq!(world.group(n)["status"], (row.during)(status), "{what}");
            }
        }
    }
}

#[test]
fn a_finished_action_leaves_the_group_where_the_table_says() {
    for (from, key, job_type, to, turned) in [
        ("available", "start", "start", "protected", false),
        ("error-starting", "start", "start", "protected", false),
        ("failed-over", "start", "reprotect", "protected", false),
        ("error-reprotecting", "start", "reprotect", "protected", false),
        ("protected", "stop", "stop", "available", false),
        ("error-stopping", "stop", "stop", "available", false),
        ("protected", "reverse", "reverse", "protected", true),
        ("error-reversing", "reverse", "reverse", "protected", true),
        ("protected", "failover", "failover", "failed-over", true),
        ("error-failing-over", "failover", "failover", "failed-over", true),
        ("error-reversing", "failover", "failover", "failed-over", true),
    ] {
        let template = json!({"server_groups": [group(1, from)], "replications": [pair(1, 1, "protected")]});
        let world = stage::world(&template, Config::test());
        let job = operate(&world, &format!("{key}-server-group"), 1).job_id();
        let job = world.job(&job);
        assert_eq!(job["status"], "SUCCESS");
        assert_eq!(job["job_type"], format!("{job_type}ProtectionGroupNoCG"));
        let station = if turned { "target" } else { "source" };
        let progress = if to == "protected" { 100 } else { 0 };
        let mut expected = group(1, to);
        expected["priority_station"] = station.into();
        expected["progress"] = progress.into();
        expected["updated_at"] = "2026-01-01 00:00:00.000".into();
        let shown = world.group(1);
        for (member, value) in expected.as_object().expect("an object") {
            assert_eq!(shown[member], *value, "{member} after {key} in {from}");
        }
    }
}

#[test]
fn no_second_operation_is_accepted_while_one_goes_on() {
    let template = json!({"server_groups": [group(1, "available")], "replications": [pair(1, 1, "available")]});
    let world = stage::world(&template, manual(DIALECTS[0]));
    operate(&world, "start-server-group", 1).job_id();
    world.stays(|world| {
        for row in &ROWS[..6] {
            assert_eq!(
                operate(world, row.operation, 1).verdict(),
                "SDRS.1002",
                "{}",
                row.operation
            );
        }
    });
}
