//! DR drills that come and go: create, delete, their jobs, and what their group counts.

mod delete;
mod networks;

use sdrs_mock::Config;
use sdrs_mock::api::error::Dialect;
use sdrs_mock::config::JobDuration;
use sdrs_mock::domain::plan::Progression;
use sdrs_mock::store::clock::Clock;
use serde_json::{Value, json};

use crate::stage::{self, GROUP_VPC, group, group_id, instance, instance_id, manual, pair, polls};
use crate::stage::{speaking, vpc_id};
use crate::support::{Answer, DIALECTS, NOBODY, World};

const DRILLS: &str = "/disaster-recovery-drills";

/// One group with two instances, the newer one first as in lists, and no drill.
fn two_instances() -> Value {
    json!({
        "server_groups": [group(1, "protected")],
        "protected_instances": [instance(2, 1, "protected", &[]), instance(1, 1, "protected", &[1])],
        "replications": [pair(1, 1, "protected")],
    })
}

/// A creation for the first group; null leaves the network out.
fn new(vpc: impl Into<Value>) -> Value {
    json!({"server_group_id": group_id(1), "name": "rehearsal", "drill_vpc_id": vpc.into()})
}

fn create(world: &World, new: &Value) -> Answer {
    world.tell("POST", DRILLS, json!({ "disaster_recovery_drill": new }))
}

/// The ID of the drill that a job is about, which is all that its entities hold.
fn drill_of(job: &Value) -> String {
    let entities = job["entities"].as_object().expect("an object");
    assert_eq!(entities.len(), 1, "{job}");
    let id = entities["disaster_recovery_drill_id"].as_str();
    id.expect("clients cast it to a text").to_owned()
}

#[test]
fn a_drill_is_created_with_all_its_members_and_a_server_for_each_instance() {
    let world = stage::world(&two_instances(), Config::test());
    let job = world.job(&create(&world, &new(vpc_id(7))).job_id());
    assert_eq!(
        (&job["status"], &job["job_type"]),
        (&json!("SUCCESS"), &json!("createDisasterRecoveryDrill"))
    );
    let id = drill_of(&job);
    let shown = world.one(&format!("{DRILLS}/{id}"));
    let servers = shown["drill_servers"].as_array().expect("a list");
    let instances: Vec<_> = servers.iter().map(|server| &server["protected_instance"]).collect();
    assert_eq!(instances, [&json!(instance_id(1)), &json!(instance_id(2))]);
    assert_ne!(servers[0]["drill_server_id"], servers[1]["drill_server_id"]);
    let expected = json!({
        "id": id, "name": "rehearsal", "status": "available", "server_group_id": group_id(1),
        "drill_vpc_id": vpc_id(7), "created_at": "2026-01-01 00:00:00.000", "updated_at": "2026-01-01 00:00:00.000",
        "drill_servers": servers,
    });
    assert_eq!(shown, expected);
    let order = |drill: &Value| {
        drill
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(order(&shown), order(&expected));
    assert_eq!(
        world.ask_for(DRILLS).json()["disaster_recovery_drills"],
        json!([expected])
    );
    assert_eq!(world.group(1)["disaster_recovery_drill_num"], 1);
}

#[test]
fn a_creation_goes_from_init_over_running_to_success_and_servers_come_at_the_end() {
    let world = stage::world(&two_instances(), polls(4));
    let id = create(&world, &new(vpc_id(7))).job_id();
    assert_eq!(
        world.group(1)["disaster_recovery_drill_num"],
        1,
        "it counts from the start"
    );
    let first = world.job(&id);
    let members: Vec<_> = first.as_object().expect("an object").keys().collect();
    let documented = [
        "status",
        "entities",
        "job_id",
        "job_type",
        "begin_time",
        "end_time",
        "error_code",
        "fail_reason",
    ];
    assert_eq!(members, documented);
    assert_eq!(
        (&first["status"], &first["begin_time"]),
        (&json!("INIT"), &json!("2026-01-01T00:00:00.000Z"))
    );
    assert_eq!(world.job(&id)["status"], "RUNNING");
    let path = format!("{DRILLS}/{}", drill_of(&first));
    let drill = world.one(&path); // the third look
    assert_eq!(
        (&drill["status"], &drill["drill_servers"]),
        (&json!("creating"), &json!([]))
    );
    world.ask_for(DRILLS); // a list is none
    let drill = world.one(&path);
    assert_eq!(drill["status"], "available");
    assert_eq!(drill["drill_servers"].as_array().map(Vec::len), Some(2));
    let last = world.job(&id);
    let mut expected = first;
    expected["status"] = "SUCCESS".into();
    expected["end_time"] = "2026-01-01T00:00:00.000Z".into();
    assert_eq!(last, expected);
    assert_eq!(world.job(&id), last, "a final state never changes");
}

#[test]
fn a_job_told_by_hand_stays_and_so_does_its_drill() {
    let world = stage::world(&two_instances(), manual(Dialect::Documented));
    let id = create(&world, &new(Value::Null)).job_id();
    let path = format!("{DRILLS}/{}", drill_of(&world.job(&id)));
    for _ in 0..3 {
        assert_eq!(world.job(&id)["status"], "RUNNING");
        assert_eq!(world.one(&path)["status"], "creating");
    }
    assert_eq!(world.tell("DELETE", &path, "").verdict(), "SDRS.1913");
}

#[test]
fn a_job_that_lasts_ends_by_the_real_clock_at_its_due_time() {
    let duration = sdrs_mock::config::Span(std::time::Duration::from_millis(40));
    let config = Config {
        clock: Clock::REAL,
        job_duration: JobDuration(Progression::After { duration }),
        ..Config::test()
    };
    let world = stage::world(&two_instances(), config);
    let id = create(&world, &new(Value::Null)).job_id();
    let looks = (0..100_000).map(|_| world.job(&id));
    let job = looks
        .into_iter()
        .find(|job| job["status"] == "SUCCESS")
        .expect("it ends");
    let millis = |member: &str| -> u64 {
        let time = job[member].as_str().expect("a time");
        time[20..23].parse().expect("three digits of a second")
    };
    let took = (1000 + millis("end_time") - millis("begin_time")) % 1000;
    assert_eq!(took, 40, "it ends when it is due, however late somebody looks: {job}");
}

#[test]
fn a_group_without_instances_is_rehearsed_without_servers() {
    let world = stage::world(&json!({"server_groups": [group(1, "available")]}), Config::test());
    let job = world.job(&create(&world, &new(Value::Null)).job_id());
    assert_eq!(
        world.one(&format!("{DRILLS}/{}", drill_of(&job)))["drill_servers"],
        json!([])
    );
}

#[test]
fn each_member_of_a_creation_is_refused_with_its_own_code() {
    let group_code = ("SDRS.0207", "Invalid protection group ID");
    let cases: &[(&str, &[Value], (&str, &str))] = &[
        (
            "server_group_id",
            &[Value::Null, json!(""), json!("x"), json!(" ")],
            group_code,
        ),
        (
            "name",
            &[
                Value::Null,
                json!(""),
                json!("a b"),
                json!("x".repeat(65)),
                json!("演".repeat(22)),
            ],
            ("SDRS.0202", "Invalid name"),
        ),
        (
            "drill_vpc_id",
            &[json!(""), json!("x"), json!(" ")],
            ("SDRS.0204", "Invalid VPC"),
        ),
        (
            "server_group_id",
            &[json!(NOBODY)],
            ("SDRS.1013", "Protection group not found"),
        ),
        (
            "name",
            &[json!(1), json!([]), json!({})],
            ("SDRS.0201", "Invalid request parameters"),
        ),
        ("drill_vpc_id", &[json!(1)], ("SDRS.0201", "Invalid request parameters")),
    ];
    for dialect in DIALECTS {
        let world = stage::world(&two_instances(), speaking(dialect));
        world.stays(|world| {
            for (member, values, (code, message)) in cases {
                for value in *values {
                    let answer = create(world, &stage::but(new(vpc_id(7)), member, value.clone()));
                    assert_eq!(answer.verdict(), *code, "{member} {value}: {}", answer.body);
                    answer.is_refused(dialect, code, message);
                }
            }
        });
    }
}

#[test]
fn a_body_of_another_shape_is_refused() {
    for dialect in DIALECTS {
        let world = stage::world(&two_instances(), speaking(dialect));
        world.stays(|world| {
            for body in [
                "",
                "{",
                "{}",
                "[]",
                r#"{"disaster_recovery_drill":null}"#,
                r#"{"disaster_recovery_drill":[]}"#,
            ] {
                let answer = world.tell("POST", DRILLS, body);
                answer.is_refused(dialect, "SDRS.0201", "Invalid request parameters");
            }
        });
    }
}

#[test]
fn of_two_faults_of_a_creation_the_one_documented_first_is_refused() {
    let mut template = two_instances();
    template["server_groups"] = json!([group(1, "protected"), group(2, "starting")]);
    template["inventory"] = json!({"closed": ["vpcs"], "vpcs": [{"id": GROUP_VPC}]});
    let world = stage::world(&template, Config::test());
    let mut bad = json!({"server_group_id": "x", "name": "a b", "drill_vpc_id": "x"});
    for (member, next, code) in [
        ("server_group_id", NOBODY.to_owned(), "SDRS.0207"),
        ("name", "x".to_owned(), "SDRS.0202"),
        ("drill_vpc_id", NOBODY.to_owned(), "SDRS.0204"),
        ("server_group_id", group_id(2), "SDRS.1013"),
        ("drill_vpc_id", GROUP_VPC.to_owned(), "SDRS.1928"),
        ("server_group_id", group_id(1), "SDRS.1002"),
        ("name", "y".to_owned(), "SDRS.1907"),
    ] {
        assert_eq!(create(&world, &bad).verdict(), code);
        bad[member] = next.into();
    }
}

#[test]
fn the_order_in_which_jobs_end_changes_no_id() {
    let drills = |polled: bool| {
        let config = if polled { polls(1) } else { Config::test() };
        let world = stage::world(&two_instances(), config);
        let jobs = [7, 8].map(|n| create(&world, &new(vpc_id(n))).job_id());
        for job in jobs.iter().rev() {
            assert_eq!(world.job(job)["status"], "SUCCESS");
        }
        world.drills()
    };
    assert_eq!(drills(true), drills(false));
}
