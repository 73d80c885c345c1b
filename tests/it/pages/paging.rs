//! Every filter alone and with every other, pages, and rows that come and go between two of them.

use sdrs_mock::Config;
use serde_json::{Value, json};

use super::{List, drill_id, drills, failures, groups, instances, lists, pairs, template};
use crate::made::{group_id, id, instance_id, made, pair_id, speaking};
use crate::support::files::{Folder, with_drills};
use crate::support::{DIALECTS, World};

#[test]
fn every_filter_finds_its_rows_alone_and_with_every_other() {
    let world = made(&template(), Config::test());
    for list in lists() {
        list.shows(&world, "", list.all, list.all.len());
        for (family, filter, rows) in &list.filters {
            list.shows(&world, filter, rows, rows.len());
            for (other_family, other, other_rows) in &list.filters {
                let both: String = rows.chars().filter(|&row| other_rows.contains(row)).collect();
                if family != other_family {
                    list.shows(&world, &format!("{filter}&{other}"), &both, both.len());
                }
            }
        }
    }
}

#[test]
fn a_page_is_as_long_as_it_may_be_and_begins_where_it_is_told_to() {
    let world = made(&template(), Config::test());
    for list in lists() {
        let (all, count) = (list.all, list.all.len());
        for (query, rows) in [
            ("limit=0", ""),
            ("limit=1", &all[..1]),
            ("limit=1000", all),
            ("limit=", all),
            ("limit", all),
            ("offset=0", all),
            ("offset=", all),
            ("offset", all),
            ("offset=2", &all[2..]),
            ("limit=2&offset=1", &all[1..3]),
            (&format!("offset={}", count - 1), &all[count - 1..]),
            (&format!("offset={count}"), ""),
            ("offset=1000000&limit=1", ""),
        ] {
            list.shows(&world, query, rows, count);
        }
    }
}

#[test]
fn a_limit_or_an_offset_that_is_none_is_refused_with_its_own_code() {
    let limit = ("SDRS.0221", "limit value must be greater than 0 or less than 1000");
    let offset = ("SDRS.0222", "offset value cannot be negative, and must be an integer");
    for dialect in DIALECTS {
        let world = made(&template(), speaking(dialect));
        for list in lists() {
            for (query, (code, message)) in [
                ("limit=1001", limit),
                ("limit=-1", limit),
                ("limit=abc", limit),
                ("limit=1.5", limit),
                ("offset=-1", offset),
                ("offset=abc", offset),
                ("offset=1.5", offset),
                ("limit=abc&offset=abc", limit),
            ] {
                let answer = list.ask(&world, query);
                assert!(answer.body.contains(code), "{} {query}: {}", list.path, answer.body);
                answer.is_refused(dialect, code, message);
            }
        }
    }
}

#[test]
fn page_after_page_shows_every_row_once_and_in_order() {
    let world = made(&template(), Config::test());
    for list in lists() {
        let everything = ("", String::new(), list.all);
        for (_, filter, rows) in [&everything].into_iter().chain(&list.filters) {
            for length in 1..=3 {
                let places: Vec<_> = (0..rows.len()).collect();
                for page in places.chunks(length) {
                    let query = format!("{filter}&limit={length}&offset={}", page[0]);
                    list.shows(&world, &query, &rows[page[0]..page[0] + page.len()], rows.len());
                }
            }
        }
    }
}

#[test]
fn a_page_has_a_thousand_rows_at_most_which_is_also_what_it_has_unasked() {
    let folder = Folder::new("pages");
    let fixtures = vec![folder.write("many.json", with_drills(1001))];
    let config = Config {
        fixtures,
        ..Config::test()
    };
    let (world, list) = (World::with(config), drills());
    let (unasked, count) = list.ids(&world, "");
    assert_eq!((unasked.len(), count), (1000, 1001));
    assert_eq!(list.ids(&world, "limit=1000").0, unasked);
    let (rest, count) = list.ids(&world, "offset=1000");
    assert_eq!((rest.len(), count), (1, 1001));
    assert!(!unasked.contains(&rest[0]));
}

/// Lists whose rows clients can add and take away, each with a request that adds one, and one that takes one away.
fn changing() -> [(List, &'static str, Value, String); 5] {
    let one = group_id(1);
    let group = json!({"server_group": {"name": "new", "source_availability_zone": "cn-north-1a",
        "target_availability_zone": "cn-north-1b", "domain_id": crate::made::DOMAIN, "source_vpc_id": crate::made::VPC}});
    let instance = json!({"protected_instance": {"server_group_id": one, "server_id": id(0x1e, 1), "name": "new"}});
    let pair = json!({"replication": {"server_group_id": one, "volume_id": id(0x1f, 1), "name": "new"}});
    let drill = json!({"disaster_recovery_drill": {"server_group_id": one, "name": "new"}});
    let below = |list: &List, id: String| format!("{}/{id}", list.path);
    let (groups, instances, pairs, drills, failures) = (groups(), instances(), pairs(), drills(), failures());
    let gone = [
        below(&groups, group_id(4)),
        below(&instances, instance_id(3)),
        below(&pairs, pair_id(2)),
        below(&drills, drill_id(3)),
        below(&failures, format!("{:032}", 3)),
    ];
    let [group_gone, instance_gone, pair_gone, drill_gone, failure_gone] = gone;
    // A pair that has 10 GB already does not grow to 1.
    let failing = json!({"extend-replication": {"new_size": 1}});
    [
        (groups, "/server-groups", group, group_gone),
        (instances, "/protected-instances", instance, instance_gone),
        (pairs, "/replications", pair, pair_gone),
        (drills, "/disaster-recovery-drills", drill, drill_gone),
        (
            failures,
            "/replications/0000000c-0000-4000-8000-000000000001/action",
            failing,
            failure_gone,
        ),
    ]
}

#[test]
fn rows_that_come_and_go_between_two_pages_leave_the_others_in_their_order() {
    for (list, create, body, gone) in changing() {
        let world = made(&template(), Config::test());
        let (before, _) = list.ids(&world, "");
        assert_eq!(list.ids(&world, "limit=2").0, before[..2]);

        let created = world.tell("POST", create, &body);
        assert_eq!(created.status, 200, "{create}: {}", created.body);
        world.job(&created.job_id());
        let (after, count) = list.ids(&world, "");
        assert_eq!(
            (&after[1..], count),
            (&*before, before.len() as u64 + 1),
            "the newest comes first"
        );
        assert_eq!(list.ids(&world, "limit=2&offset=2").0, after[2..4]);

        let deleted = world.tell("DELETE", &gone, "");
        assert!(matches!(deleted.status, 200 | 204), "{gone}: {}", deleted.body);
        let id = gone.rsplit('/').next().expect("an ID");
        let left: Vec<_> = after.iter().filter(|row| *row != id).cloned().collect();
        assert_eq!(list.ids(&world, ""), (left.clone(), before.len() as u64), "{gone}");
        assert_eq!(list.ids(&world, "limit=2&offset=2").0, left[2..4]);
    }
}
