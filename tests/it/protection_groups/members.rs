//! The instances of a group: they walk along with its actions as the pairs do.

use serde_json::{Value, json};

use crate::stage::{self, group, group_id, instance, pair, polls};

/// Five instances, of which the first two walk along; another group has one that looks on.
fn crowd(from: &str) -> Value {
    let statuses = [from, "fault", "error", "creating", "deleting"];
    let instances = (1..).zip(statuses).map(|(n, status)| instance(n, 1, status, &[]));
    json!({
        "server_groups": [group(1, from), group(2, from)],
        "protected_instances": instances.chain([instance(6, 2, from, &[])]).collect::<Vec<_>>(),
        "replications": [pair(1, 1, from), pair(2, 2, from)],
    })
}

#[test]
fn the_instances_of_a_group_walk_along_and_arrive_with_it() {
    for (verb, from, during, after, progress, station) in [
        ("start", "available", "starting", "protected", 100, "source"),
        ("stop", "protected", "stopping", "available", 0, "source"),
        ("reverse", "protected", "reversing", "protected", 100, "target"),
        ("failover", "protected", "failing-over", "failed-over", 0, "target"),
        ("start", "failed-over", "reprotecting", "protected", 100, "source"),
    ] {
        let world = stage::world(&crowd(from), polls(1));
        let before: Vec<_> = (1..=6).map(|n| world.instance(n)).collect();
        let inner = if verb == "reverse" {
            json!({"priority_station": "target"})
        } else {
            json!({})
        };
        let job = world.act(&group_id(1), &format!("{verb}-server-group"), inner).job_id();
        for n in 1..=2 {
            let row = world.instance(n);
            assert_eq!(
                (&row["status"], &row["priority_station"]),
                (&json!(during), &json!("source")),
                "{verb}"
            );
        }
        assert_eq!(world.job(&job)["status"], "SUCCESS");
        for (n, mut expected) in (1..).zip(before) {
            if n <= 2 {
                expected["status"] = after.into();
                expected["progress"] = progress.into();
                expected["updated_at"] = "2026-01-01 00:00:00.000".into();
            }
            if n <= 5 {
                expected["priority_station"] = station.into();
            }
            assert_eq!(world.instance(n), expected, "instance {n} after {verb} from {from}");
        }
    }
}
