//! DR drills that come and go: create, delete, their jobs, and what their group counts.

use sdrs_mock::Config;
use sdrs_mock::api::error::Dialect;
use sdrs_mock::config::JobDuration;
use sdrs_mock::domain::plan::Progression;
use sdrs_mock::store::clock::Clock;
use serde_json::{Value, json};

use crate::stage::{self, GROUP_VPC, drill, drill_id, group, group_id, instance, instance_id, manual, pair, polls};
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

fn delete(world: &World, n: usize) -> Answer {
    world.tell("DELETE", &format!("{DRILLS}/{}", drill_id(n)), "")
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
    let duration = std::time::Duration::from_millis(40);
    let config = Config {
        clock: Clock::Real,
        job_duration: JobDuration(Progression::After { duration }),
        ..Config::test()
    };
    let world = stage::world(&two_instances(), config);
    let id = create(&world, &new(Value::Null)).job_id();
    let begun = std::time::Instant::now();
    let mut job = world.job(&id);
    while job["status"] != "SUCCESS" {
        assert!(begun.elapsed() < crate::support::wire::PATIENCE, "{job}");
        job = world.job(&id);
    }
    let at = |member: &str| job[member].as_str().expect("a time").to_owned();
    let millis = |time: &str| -> u64 { time[20..23].parse().expect("three digits") };
    let took = (1000 + millis(&at("end_time")) - millis(&at("begin_time"))) % 1000;
    assert!(
        (40..=41).contains(&took),
        "it ends when it is due, however late somebody looks: {job}"
    );
}

#[test]
fn without_a_network_one_is_made_like_the_groups() {
    let subnets = json!([{"id": vpc_id(90), "cidr": "10.0.0.0/24"}]);
    let mut template = two_instances();
    template["inventory"] = json!({"closed": ["vpcs"], "vpcs": [{"id": GROUP_VPC, "subnets": subnets}]});
    let world = stage::world(&template, Config::test());
    let mut made = Vec::new();
    for new in [
        new(Value::Null),
        json!({"server_group_id": group_id(1), "name": "again"}),
    ] {
        let job = world.job(&create(&world, &new).job_id());
        let drill = world.one(&format!("{DRILLS}/{}", drill_of(&job)));
        made.push(drill["drill_vpc_id"].as_str().expect("a text").to_owned());
    }
    assert_ne!(made[0], made[1]);
    assert_ne!(made[0], GROUP_VPC);
    // It stays when its drill goes, has the subnets that are needed, and can be taken again.
    let path = format!("{DRILLS}?drill_vpc_id={}", made[0]);
    let id = world.ask_for(&path).json()["disaster_recovery_drills"][0]["id"].clone();
    world
        .tell("DELETE", &format!("{DRILLS}/{}", id.as_str().expect("a text")), "")
        .job_id();
    assert_eq!(world.ask_for(&path).json()["count"], 0);
    create(&world, &new(made[0].clone())).job_id();
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

/// The networks of the tests below: the n-th has these address blocks.
fn networks(group: &[&str], others: &[&[&str]]) -> Value {
    let network = |id: String, cidrs: &[&str]| {
        let subnets = (0..)
            .zip(cidrs)
            .map(|(n, cidr)| json!({"id": vpc_id(100 + n), "cidr": cidr}));
        json!({"id": id, "subnets": subnets.collect::<Vec<_>>()})
    };
    let others = (1..).zip(others).map(|(n, cidrs)| network(vpc_id(n), cidrs));
    let all: Vec<_> = others.chain([network(GROUP_VPC.to_owned(), group)]).collect();
    json!({"closed": ["vpcs"], "vpcs": all})
}

#[test]
fn a_network_that_will_not_do_is_refused_with_its_own_code() {
    let (a, b) = ("10.0.1.0/24", "10.0.2.0/24");
    for dialect in DIALECTS {
        let mut template = two_instances();
        template["inventory"] = networks(&[a, b], &[&[], &[a], &[b, a], &["10.0.3.0/24", a, b]]);
        let world = stage::world(&template, speaking(dialect));
        world.stays(|world| {
            for (vpc, code, message) in [
                (vpc_id(9), "SDRS.1928", "Failed to find the VPC"),
                (
                    GROUP_VPC.to_owned(),
                    "SDRS.1907",
                    "Drill VPC conflicts with the VPC of the protection group",
                ),
                (vpc_id(1), "SDRS.1908", "Drill VPC not have a subnet"),
                (vpc_id(2), "SDRS.1909", "Drill VPC not have the CIDR block"),
            ] {
                create(world, &new(vpc)).is_refused(dialect, code, message);
            }
        });
        for n in [3, 4] {
            create(&world, &new(vpc_id(n))).job_id();
        }
    }
}

#[test]
fn the_groups_network_needs_a_subnet() {
    for dialect in DIALECTS {
        let mut template = two_instances();
        template["inventory"] = networks(&[], &[&["10.0.1.0/24"]]);
        let world = stage::world(&template, speaking(dialect));
        for vpc in [json!(vpc_id(1)), Value::Null] {
            let answer = world.stays(|world| create(world, &new(vpc)));
            answer.is_refused(dialect, "SDRS.1924", "DR site VPC not have a subnet");
        }
    }
}

#[test]
fn a_network_is_taken_while_another_drill_is_created_in_it() {
    for dialect in DIALECTS {
        let world = stage::world(&two_instances(), manual(dialect));
        create(&world, &new(vpc_id(7))).job_id();
        let answer = world.stays(|world| create(world, &new(vpc_id(7))));
        answer.is_refused(
            dialect,
            "SDRS.1921",
            "Drill VPC is already used for creating a DR drill",
        );
        create(&world, &new(vpc_id(8))).job_id();
    }
    // Afterwards it may be taken again, under the same name too.
    let world = stage::world(&two_instances(), Config::test());
    for count in 1..=3 {
        create(&world, &new(vpc_id(7))).job_id();
        assert_eq!(world.group(1)["disaster_recovery_drill_num"], count);
    }
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
