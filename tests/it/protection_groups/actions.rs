//! The four actions: what refuses them, and what becomes of the group's members.

use sdrs_mock::Config;
use serde_json::{Value, json};

use crate::stage::{self, but, group, group_id, instance, manual, pair, pair_id, polls, server_id, speaking};
use crate::support::{DIALECTS, World};

const ABNORMAL: (&str, &str) = ("SDRS.1314", "Abnormal protected instance");
const ACTION: (&str, &str) = ("SDRS.0206", "Invalid action");
const AZ: (&str, &str) = ("SDRS.0216", "Invalid preferred AZ");
const DR_RUNS: (&str, &str) = ("SDRS.1342", "Current DR site server is not stopped");
const PRODUCTION_RUNS: (&str, &str) = ("SDRS.1319", "Server at the current production site not stopped");
const SHAPE: (&str, &str) = ("SDRS.0201", "Invalid request parameters");
const STATE: (&str, &str) = (
    "SDRS.1002",
    "Operation not allowed for the protection group in the current state",
);
const SYNCHRONIZING: (&str, &str) = (
    "SDRS.1830",
    "Operation not allowed because replication pairs in this protection group are synchronizing data",
);

/// The four actions, each on its way to the other site.
const KEYS: [&str; 4] = ["start", "stop", "reverse", "failover"];

fn act(world: &World, n: usize, verb: &str) -> crate::support::Answer {
    let inner = if verb == "reverse" {
        json!({"priority_station": "target"})
    } else {
        json!({})
    };
    world.act(&group_id(n), &format!("{verb}-server-group"), inner)
}

/// The status in which a group permits an action.
fn ready(verb: &str) -> &'static str {
    if verb == "start" { "available" } else { "protected" }
}

/// One group in this status with one instance and one pair.
fn one(status: &str, instance: Value, pair: Value) -> Value {
    json!({"server_groups": [group(1, status)], "protected_instances": [instance], "replications": [pair]})
}

#[test]
fn a_body_that_names_no_action_or_several_is_refused() {
    let template = one("protected", instance(1, 1, "protected", &[1]), pair(1, 1, "protected"));
    for dialect in DIALECTS {
        let world = stage::world(&template, speaking(dialect));
        world.stays(|world| {
            for (body, (code, message)) in [
                ("{}", ACTION),
                (r#"{"resume-server-group":{}}"#, ACTION),
                (r#"{"Stop-Server-Group":{}}"#, ACTION),
                (r#"{"action":"stop-server-group"}"#, ACTION),
                (r#"{"stop-server-group":{},"failover-server-group":{}}"#, ACTION),
                (r#"{"failover-server-group":{},"stop-server-group":{}}"#, ACTION),
                (r#"{"stop-server-group":{},"stop-server-group":{}}"#, ACTION),
                ("", SHAPE),
                ("[]", SHAPE),
                (r#"{"stop-server-group":null}"#, SHAPE),
                (r#"{"stop-server-group":[]}"#, SHAPE),
                (r#"{"stop-server-group":"x"}"#, SHAPE),
                (r#"{"reverse-server-group":["target"]}"#, SHAPE),
                (r#"{"reverse-server-group":{"priority_station":1}}"#, SHAPE),
                (r#"{"reverse-server-group":{}}"#, AZ),
                (r#"{"reverse-server-group":{"priority_station":null}}"#, AZ),
                (r#"{"reverse-server-group":{"priority_station":"Target"}}"#, AZ),
                (r#"{"reverse-server-group":{"priority_station":"cn-north-1b"}}"#, AZ),
                (r#"{"reverse-server-group":{"priority_station":"source"}}"#, AZ), // it is already
            ] {
                let answer = world.tell("POST", &format!("/server-groups/{}/action", group_id(1)), body);
                assert_eq!(answer.verdict(), code, "{body}: {}", answer.body);
                answer.is_refused(dialect, code, message);
            }
        });
        // Members that no action has are ignored.
        let body = r#"{"x":1,"stop-server-group":{"x":1}}"#;
        let answer = world.tell("POST", &format!("/server-groups/{}/action", group_id(1)), body);
        answer.job_id();
    }
}

/// An action, the status of the group, an instance and a pair of it, and what the refusal says.
type Obstacle = (&'static str, &'static str, (Value, Value), (&'static str, &'static str));

#[test]
fn an_action_is_refused_where_something_of_the_group_forbids_it() {
    let sound = |n: usize| (instance(n, n, "protected", &[n]), pair(n, n, "protected"));
    let copying = |n: usize| (sound(n).0, but(sound(n).1, "replication_status", "copying"));
    let cut_off = |n: usize| (sound(n).0, but(sound(n).1, "fault_level", "5"));
    let invalid = |n: usize| (instance(n, n, "invalid", &[n]), sound(n).1);
    let cases: &[Obstacle] = &[
        ("start", "available", invalid(1), ABNORMAL),
        ("start", "failed-over", invalid(2), ABNORMAL),
        ("stop", "protected", invalid(3), ABNORMAL),
        ("reverse", "protected", invalid(4), ABNORMAL),
        ("failover", "protected", invalid(5), ABNORMAL),
        ("stop", "protected", copying(6), SYNCHRONIZING),
        ("reverse", "protected", copying(7), SYNCHRONIZING),
        ("failover", "protected", copying(8), SYNCHRONIZING),
        (
            "reverse",
            "protected",
            cut_off(9),
            ("SDRS.1823", "Operation not allowed due to a system error"),
        ),
        (
            "failover",
            "protected",
            cut_off(10),
            ("SDRS.1824", "Operation not allowed due to a system error"),
        ),
    ];
    let groups: Vec<_> = (1..).zip(cases).map(|(n, case)| group(n, case.1)).collect();
    let instances: Vec<_> = cases.iter().map(|case| case.2.0.clone()).collect();
    let pairs: Vec<_> = cases.iter().map(|case| case.2.1.clone()).collect();
    let template = json!({"server_groups": groups, "protected_instances": instances, "replications": pairs});
    for dialect in DIALECTS {
        let world = stage::world(&template, speaking(dialect));
        world.stays(|world| {
            for (n, (verb, _, _, (code, message))) in (1..).zip(cases) {
                let answer = act(world, n, verb);
                assert_eq!(answer.verdict(), *code, "case {n}, {verb}: {}", answer.body);
                answer.is_refused(dialect, code, message);
            }
        });
    }
}

#[test]
fn what_does_not_forbid_an_action_lets_it_pass() {
    for (verb, member, value) in [
        ("start", "fault_level", "5"),
        ("start", "replication_status", "copying"),
        ("stop", "fault_level", "5"),
        ("reverse", "fault_level", "2"),
        ("failover", "fault_level", "2"),
    ] {
        let pair = but(pair(1, 1, "available"), member, value);
        let world = stage::world(
            &one(ready(verb), instance(1, 1, "available", &[1]), pair),
            Config::test(),
        );
        act(&world, 1, verb).job_id();
    }
}

#[test]
fn a_group_without_a_pair_can_only_be_stopped_or_reprotected() {
    for dialect in DIALECTS {
        let groups = json!([group(1, "available"), group(2, "protected"), group(3, "failed-over")]);
        let world = stage::world(&json!({ "server_groups": groups }), speaking(dialect));
        world.stays(|world| {
            for (n, verb) in [(1, "start"), (2, "reverse"), (2, "failover")] {
                act(world, n, verb).is_refused(dialect, STATE.0, STATE.1);
            }
        });
        act(&world, 2, "stop").job_id();
        act(&world, 3, "start").job_id();
        assert_eq!(
            (&world.group(2)["status"], &world.group(3)["status"]),
            (&json!("available"), &json!("protected"))
        );
    }
}

#[test]
fn running_servers_forbid_to_reverse_and_to_reprotect() {
    let running = |site: &str| json!([{"id": server_id(1, site), "power": "running"}]);
    for dialect in DIALECTS {
        for (verb, status, station, runs, (code, message)) in [
            ("reverse", "protected", "source", "source", PRODUCTION_RUNS),
            ("reverse", "protected", "source", "target", ("200", "")),
            ("start", "failed-over", "target", "source", DR_RUNS),
            ("start", "failed-over", "target", "target", ("200", "")),
            ("start", "failed-over", "source", "target", DR_RUNS),
            ("start", "available", "source", "source", ("200", "")),
            ("stop", "protected", "source", "source", ("200", "")),
            ("failover", "protected", "source", "source", ("200", "")),
        ] {
            let mut template = one(status, instance(1, 1, status, &[1]), pair(1, 1, status));
            for rows in ["server_groups", "protected_instances", "replications"] {
                template[rows][0]["priority_station"] = station.into();
            }
            template["inventory"] = json!({ "servers": running(runs) });
            let world = stage::world(&template, manual(dialect));
            let answer = act(&world, 1, verb);
            assert_eq!(answer.verdict(), code, "{verb} with a running {runs} server");
            if code != "200" {
                answer.is_refused(dialect, code, message);
            }
        }
    }
}

/// What an action does to a pair: what is seen meanwhile and at the end, of which `station` is production then.
struct Walk {
    verb: &'static str,
    from: &'static str,
    job: &'static str,
    during: &'static str,
    after: &'static str,
    replication: &'static str,
    progress: u8,
    station: &'static str,
}

#[rustfmt::skip]
const WALKS: [Walk; 5] = [
    Walk { verb: "start", from: "available", job: "start", during: "starting", after: "protected", replication: "active", progress: 100, station: "source" },
    Walk { verb: "stop", from: "protected", job: "stop", during: "stopping", after: "available", replication: "active-stopped", progress: 0, station: "source" },
    Walk { verb: "reverse", from: "protected", job: "reverse", during: "reversing", after: "protected", replication: "active", progress: 100, station: "target" },
    Walk { verb: "failover", from: "protected", job: "failover", during: "failing-over", after: "failed-over", replication: "inactive", progress: 0, station: "target" },
    Walk { verb: "start", from: "failed-over", job: "reprotect", during: "reprotecting", after: "protected", replication: "active", progress: 100, station: "source" },
];

/// A group of seven pairs, of which the first four walk along; another group looks on.
fn crowd(from: &str) -> Value {
    let statuses = [from, from, "fault", "error-extending", "error", "creating", "deleting"];
    let pairs = (1..).zip(statuses).map(|(n, status)| pair(n, 1, status));
    json!({
        "server_groups": [group(1, from), group(2, from)],
        "protected_instances": [instance(1, 1, from, &[1, 2])],
        "replications": pairs.chain([pair(8, 2, from)]).collect::<Vec<_>>(),
    })
}

#[test]
fn the_pairs_of_a_group_walk_along_and_arrive_with_it() {
    for walk in &WALKS {
        let world = stage::world(&crowd(walk.from), polls(2));
        let untouched: Vec<_> = (5..=8).map(|n| world.pair(n)).collect();
        let job = act(&world, 1, walk.verb).job_id();
        for n in 1..=4 {
            let pair = world.pair(n);
            assert_eq!(
                (&pair["status"], &pair["priority_station"]),
                (&json!(walk.during), &json!("source"))
            );
        }
        assert_eq!(world.group(1)["status"], walk.during);
        assert_eq!(world.job(&job)["status"], "SUCCESS"); // the second look, the group's was the first
        for n in 1..=4 {
            let pair = world.pair(n);
            for (member, value) in [
                ("status", json!(walk.after)),
                ("replication_status", json!(walk.replication)),
                ("progress", json!(walk.progress)),
                ("priority_station", json!(walk.station)),
                ("updated_at", json!("2026-01-01T00:00:00.000000")),
            ] {
                assert_eq!(pair[member], value, "{member} of pair {n} after {}", walk.job);
            }
            let disks = format!("30000000-0000-4000-8000-{n:012},40000000-0000-4000-8000-{n:012}");
            assert_eq!(pair["volume_ids"], disks, "the order of the disks never changes");
        }
        for (n, before) in (5..=8).zip(untouched) {
            let station = if n < 8 { walk.station } else { "source" };
            assert_eq!(
                world.pair(n),
                but(before, "priority_station", station),
                "pair {n} after {}",
                walk.job
            );
        }
        let group = world.group(1);
        assert_eq!(
            (&group["status"], &group["priority_station"]),
            (&json!(walk.after), &json!(walk.station))
        );
        assert_eq!(
            group["source_availability_zone"], "cn-north-1a",
            "the zones never change"
        );
    }
}

#[test]
fn an_action_has_a_part_for_each_pair_that_walks_along_and_they_end_together() {
    for walk in &WALKS {
        let world = stage::world(&crowd(walk.from), polls(3));
        let id = act(&world, 1, walk.verb).job_id();
        let first = world.job(&id);
        assert_eq!(
            (&first["status"], &first["job_type"]),
            (&json!("INIT"), &json!(format!("{}ProtectionGroupNoCG", walk.job)))
        );
        assert_eq!(first["entities"]["server_group_id"], group_id(1));
        let parts = first["entities"]["sub_jobs"].as_array().expect("a list").clone();
        assert_eq!(parts.len(), 4);
        for part in &parts {
            let members: Vec<_> = part.as_object().expect("an object").keys().collect();
            assert_eq!(
                members,
                first.as_object().expect("an object").keys().collect::<Vec<_>>()
            );
            assert_eq!(part["job_type"], format!("{}ProtectionGroupRepNoCG", walk.job));
            assert_eq!(part["entities"], json!({"server_group_id": group_id(1)}));
            assert_eq!(
                (&part["end_time"], &part["begin_time"]),
                (&json!(null), &first["begin_time"])
            );
        }
        let part = parts[0]["job_id"].as_str().expect("a text");
        assert_eq!(world.job(part)["end_time"], json!(null)); // the second look at the whole
        let ended = world.job(part); // the third
        assert_eq!(
            (&ended["status"], &ended["end_time"]),
            (&json!("SUCCESS"), &json!("2026-01-01T00:00:00.000Z"))
        );
        let whole = world.job(&id);
        assert_eq!(whole["status"], "SUCCESS");
        for part in whole["entities"]["sub_jobs"].as_array().expect("a list") {
            assert_eq!(part["status"], "SUCCESS");
        }
    }
}

#[test]
fn a_job_without_parts_has_no_member_for_them() {
    let world = stage::world(&json!({"server_groups": [group(1, "protected")]}), Config::test());
    let job = world.job(&act(&world, 1, "stop").job_id());
    assert_eq!(job["entities"], json!({"server_group_id": group_id(1)}));
}

#[test]
fn a_job_that_is_told_by_hand_keeps_everything_on_its_way() {
    for verb in KEYS {
        let template = one(ready(verb), instance(1, 1, ready(verb), &[1]), pair(1, 1, ready(verb)));
        let world = stage::world(&template, manual(DIALECTS[0]));
        let job = act(&world, 1, verb).job_id();
        assert_eq!(world.job(&job)["status"], "INIT");
        for _ in 0..3 {
            assert_eq!(world.job(&job)["status"], "RUNNING");
            assert_eq!(world.pair(1)["status"], world.group(1)["status"]);
        }
    }
}

#[test]
fn a_looked_at_pair_does_not_bring_the_groups_job_on() {
    let world = stage::world(&crowd("available"), polls(1));
    act(&world, 1, "start").job_id();
    for _ in 0..3 {
        assert_eq!(world.pair(1)["status"], "starting");
        world.ask_for("/server-groups");
    }
    assert_eq!(world.group(1)["status"], "protected");
    let list = world.ask_for(&format!("/replications?replication_ids=['{}']", pair_id(1)));
    assert_eq!(list.status, 200);
    assert_eq!(world.pair(1)["status"], "protected");
}

#[test]
fn production_can_be_turned_there_and_back() {
    let world = stage::world(&crowd("protected"), Config::test());
    let turn = |to: &str| world.act(&group_id(1), "reverse-server-group", json!({ "priority_station": to }));
    turn("target").job_id();
    assert_eq!(world.pair(1)["priority_station"], "target");
    assert_eq!(turn("target").verdict(), "SDRS.0216");
    turn("source").job_id();
    assert_eq!(
        (&world.group(1)["priority_station"], &world.pair(1)["priority_station"]),
        (&json!("source"), &json!("source"))
    );
    // A failover goes to the other site, whichever it is.
    turn("target").job_id();
    act(&world, 1, "failover").job_id();
    assert_eq!(world.group(1)["priority_station"], "source");
}
