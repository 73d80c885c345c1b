//! Creating a protection group.

use sdrs_mock::Config;
use sdrs_mock::domain::rules::Flavour;
use serde_json::{Value, json};

use super::GROUPS;
use crate::stage::{self, DOMAIN, GROUP_VPC, group, speaking};
use crate::support::{Answer, DIALECTS, NOBODY, World};

/// The 25 members, in the order of the documentation.
const MEMBERS: [&str; 25] = [
    "id",
    "name",
    "description",
    "source_availability_zone",
    "target_availability_zone",
    "domain_id",
    "domain_name",
    "status",
    "protected_status",
    "replication_status",
    "health_status",
    "progress",
    "priority_station",
    "protected_instance_num",
    "replication_num",
    "disaster_recovery_drill_num",
    "source_vpc_id",
    "target_vpc_id",
    "test_vpc_id",
    "dr_type",
    "server_type",
    "created_at",
    "updated_at",
    "protection_type",
    "replication_model",
];

/// A creation that is accepted.
fn new() -> Value {
    json!({
        "name": "new", "description": "of mine", "source_availability_zone": "az-2",
        "target_availability_zone": "az-1", "domain_id": DOMAIN, "source_vpc_id": GROUP_VPC, "dr_type": "migration",
    })
}

/// The same with one member changed; null leaves it out.
fn new_but(member: &str, value: Value) -> Value {
    let mut new = new();
    new[member] = value;
    new
}

fn create(world: &World, new: &Value) -> Answer {
    world.tell("POST", GROUPS, json!({ "server_group": new }))
}

/// Creates a group and gives its ID.
fn created(world: &World, new: &Value) -> String {
    let job = world.job(&create(world, new).job_id());
    assert_eq!(job["job_type"], "createProtectionGroupNoCG");
    let entities = job["entities"].as_object().expect("an object");
    assert_eq!(entities.len(), 1, "{job}");
    entities["server_group_id"].as_str().expect("a text").to_owned()
}

#[test]
fn a_group_is_created_with_all_its_members() {
    let world = World::new();
    let id = created(&world, &new());
    let shown = world.one(&format!("{GROUPS}/{id}"));
    let members: Vec<_> = shown.as_object().expect("an object").keys().collect();
    assert_eq!(members, MEMBERS);
    let expected = json!({
        "id": id, "name": "new", "description": "of mine", "source_availability_zone": "az-2",
        "target_availability_zone": "az-1", "domain_id": DOMAIN, "domain_name": "ActiveactiveDomain",
        "status": "available", "protected_status": null, "replication_status": null, "health_status": null,
        "progress": 0, "priority_station": "source", "protected_instance_num": 0, "replication_num": 0,
        "disaster_recovery_drill_num": 0, "source_vpc_id": GROUP_VPC, "target_vpc_id": GROUP_VPC,
        "test_vpc_id": null, "dr_type": "migration", "server_type": "ECS",
        "created_at": "2026-01-01 00:00:00.000", "updated_at": "2026-01-01 00:00:00.000",
        "protection_type": "replication-pair", "replication_model": null,
    });
    assert_eq!(shown, expected);
    let list = world.ask_for(GROUPS).json();
    assert_eq!((&list["count"], &list["server_groups"][0]), (&json!(4), &shown));
}

#[test]
fn a_group_is_creating_until_its_job_ends_and_can_be_read_meanwhile() {
    let world = stage::world(&json!({}), stage::polls(4));
    let job = create(&world, &new()).job_id();
    let list = world.ask_for(GROUPS).json();
    assert_eq!(list["server_groups"][0]["status"], "creating");
    let first = world.job(&job);
    assert_eq!((&first["status"], &first["end_time"]), (&json!("INIT"), &json!(null)));
    assert_eq!(world.job(&job)["status"], "RUNNING");
    let path = format!(
        "{GROUPS}/{}",
        first["entities"]["server_group_id"].as_str().expect("a text")
    );
    assert_eq!(world.one(&path)["status"], "creating");
    let ended = world.job(&job);
    assert_eq!(
        (&ended["status"], &ended["end_time"]),
        (&json!("SUCCESS"), &json!("2026-01-01T00:00:00.000Z"))
    );
    assert_eq!(world.one(&path)["status"], "available");
}

#[test]
fn what_a_creation_may_leave_out_has_a_default() {
    let world = World::new();
    for (member, value, shown) in [
        ("description", Value::Null, Value::Null),
        ("description", json!(""), json!("")),
        ("dr_type", Value::Null, json!("migration")),
    ] {
        let id = created(&world, &new_but(member, value));
        assert_eq!(world.one(&format!("{GROUPS}/{id}"))[member], shown);
    }
    created(&world, &new_but("unknown", json!([1])));
}

#[test]
fn each_member_of_a_creation_is_refused_with_its_own_code() {
    let (long, wide) = ("x".repeat(65), "演".repeat(22));
    let az = ("SDRS.0203", "Invalid AZ");
    let cases: &[(&str, &[Value], (&str, &str))] = &[
        (
            "name",
            &[Value::Null, json!(""), json!("a b"), json!(long), json!(wide)],
            ("SDRS.0202", "Invalid name"),
        ),
        (
            "description",
            &[json!("a<b"), json!("a>b"), json!(long), json!(wide)],
            ("SDRS.0212", "Invalid description"),
        ),
        (
            "source_availability_zone",
            &[Value::Null, json!(""), json!(" "), json!("az-1")],
            az,
        ),
        ("target_availability_zone", &[Value::Null, json!(""), json!("az-2")], az),
        (
            "domain_id",
            &[Value::Null, json!(""), json!("x")],
            ("SDRS.0205", "Invalid domain ID"),
        ),
        (
            "source_vpc_id",
            &[Value::Null, json!(""), json!("x")],
            ("SDRS.0204", "Invalid VPC"),
        ),
        (
            "dr_type",
            &[json!(""), json!("Migration"), json!("drill")],
            ("SDRS.0217", "Invalid DR drill type"),
        ),
    ];
    for dialect in DIALECTS {
        let world = World::speaking(dialect);
        world.stays(|world| {
            for (member, values, (code, message)) in cases {
                for value in *values {
                    let answer = create(world, &new_but(member, value.clone()));
                    assert_eq!(answer.verdict(), *code, "{member} {value}: {}", answer.body);
                    answer.is_refused(dialect, code, message);
                }
            }
        });
    }
}

#[test]
fn of_two_bad_members_of_a_creation_the_one_documented_first_is_refused() {
    let world = World::new();
    let mut bad = json!({"name": "a b", "description": "<", "source_availability_zone": "", "domain_id": "x",
        "source_vpc_id": "x", "dr_type": "x"});
    for (member, good, code) in [
        ("name", "new", "SDRS.0202"),
        ("description", "", "SDRS.0212"),
        ("source_availability_zone", "az-2", "SDRS.0203"),
        ("target_availability_zone", "az-1", "SDRS.0203"),
        ("domain_id", DOMAIN, "SDRS.0205"),
        ("source_vpc_id", GROUP_VPC, "SDRS.0204"),
        ("dr_type", "migration", "SDRS.0217"),
    ] {
        assert_eq!(create(&world, &bad).verdict(), code);
        bad[member] = good.into();
    }
    create(&world, &bad).job_id();
}

#[test]
fn the_quota_of_groups_is_the_last_thing_that_refuses_a_creation() {
    for dialect in DIALECTS {
        let config = Config {
            quota_groups: 2,
            ..speaking(dialect)
        };
        let template =
            json!({"server_groups": [group(1, "error")], "inventory": {"closed": ["domains"], "domains": [domain()]}});
        let world = stage::world(&template, config);
        let fits = json!({"name": "new", "source_availability_zone": "cn-north-1b",
            "target_availability_zone": "cn-north-1a", "domain_id": DOMAIN, "source_vpc_id": GROUP_VPC});
        let id = created(&world, &fits);
        world.stays(|world| {
            create(world, &fits).is_refused(dialect, "SDRS.0305", "Insufficient protection group quota");
            create(world, &new_but("domain_id", NOBODY.into())).is_refused(dialect, "SDRS.0205", "Invalid domain ID");
        });
        world.job(&world.tell("DELETE", &format!("{GROUPS}/{id}"), "").job_id());
        create(&world, &fits).job_id();
    }
}

fn domain() -> Value {
    json!({"id": DOMAIN, "name": "two-sites", "description": "", "sold_out": false,
        "local_replication_cluster": {"availability_zone": "cn-north-1a"},
        "remote_replication_cluster": {"availability_zone": "cn-north-1b"}})
}

#[test]
fn in_a_closed_section_only_listed_domains_and_their_sites_exist() {
    for dialect in DIALECTS {
        let inventory = json!({"closed": ["domains", "vpcs"], "domains": [domain()], "vpcs": [{"id": GROUP_VPC}]});
        let world = stage::world(&json!({ "inventory": inventory }), speaking(dialect));
        let sites = |source: &str, target: &str| {
            let new = new_but("source_availability_zone", source.into());
            stage::but(new, "target_availability_zone", target)
        };
        let good = sites("cn-north-1b", "cn-north-1a");
        let id = created(&world, &good);
        assert_eq!(world.one(&format!("{GROUPS}/{id}"))["domain_name"], "two-sites");
        world.stays(|world| {
            for (new, code, message) in [
                (
                    stage::but(good.clone(), "domain_id", NOBODY),
                    "SDRS.0205",
                    "Invalid domain ID",
                ),
                (sites("az-2", "cn-north-1a"), "SDRS.0203", "Invalid AZ"),
                (sites("cn-north-1a", "az-1"), "SDRS.0203", "Invalid AZ"),
                (
                    stage::but(good.clone(), "source_vpc_id", NOBODY),
                    "SDRS.0204",
                    "Invalid VPC",
                ),
            ] {
                create(world, &new).is_refused(dialect, code, message);
            }
        });
    }
}

#[test]
fn a_closed_section_without_a_domain_is_refused_as_the_flavour_has_it() {
    for dialect in DIALECTS {
        for (flavor, code, message) in [
            (Flavour::Huawei, "SDRS.0233", "No available active-active domain"),
            (Flavour::Otc, "SDRS.0205", "Invalid domain ID"),
        ] {
            let config = Config {
                flavor,
                ..speaking(dialect)
            };
            let world = stage::world(&json!({"inventory": {"closed": ["domains"]}}), config);
            create(&world, &new()).is_refused(dialect, code, message);
        }
    }
}

#[test]
fn an_open_section_takes_an_unlisted_domain_and_one_that_is_sold_out() {
    let sold_out = stage::but(domain(), "sold_out", true);
    let world = stage::world(&json!({"inventory": {"domains": [sold_out]}}), Config::test());
    for (domain, name) in [(DOMAIN, "two-sites"), (NOBODY, "domain_001")] {
        let id = created(&world, &new_but("domain_id", domain.into()));
        assert_eq!(world.one(&format!("{GROUPS}/{id}"))["domain_name"], name);
    }
}

#[test]
fn a_group_is_named_as_the_flavour_has_it() {
    for dialect in DIALECTS {
        let config = Config {
            flavor: Flavour::Otc,
            ..speaking(dialect)
        };
        let chinese = new_but("name", "演练".into());
        create(&World::with(config), &chinese).is_refused(dialect, "SDRS.0202", "Invalid name");
        created(&World::speaking(dialect), &chinese);
    }
}
