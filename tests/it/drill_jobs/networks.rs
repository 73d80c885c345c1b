//! The network of a new drill: given, made, or refused.

use sdrs_mock::Config;
use serde_json::{Value, json};

use super::{DRILLS, create, drill_of, new, two_instances};
use crate::stage::{self, GROUP_VPC, group_id, manual, speaking, vpc_id};
use crate::support::DIALECTS;

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
