//! The list of groups: every filter alone and with others, and paging.

use sdrs_mock::Config;
use serde_json::{Value, json};

use crate::stage::{self, but, drill, group, group_id, pair, speaking};
use crate::support::{DIALECTS, World};

/// Seven groups, the newest first as lists have them; the second has its production at the other site.
fn seven() -> Value {
    let named = |n, name: &str, status: &str| but(group(n, status), "name", name);
    let drilled = |n, group, at: &str| but(drill(n, group, "available"), "created_at", at);
    json!({
        "server_groups": [
            named(7, "演练", "error"),
            but(named(6, "db_c", "protected"), "priority_station", "target"),
            named(5, "db-b", "error-reprotecting"),
            named(4, "db-a", "error-starting"),
            named(3, "Web-c", "failed-over"),
            named(2, "web-b", "protected"),
            named(1, "web-a", "available"),
        ],
        "replications": [pair(2, 2, "protected")],
        "disaster_recovery_drills": [
            drilled(1, 1, "2025-10-01 00:00:00.000"), // three months ago to the millisecond
            drilled(2, 2, "2025-09-30 23:59:59.999"),
            drilled(3, 3, "2025-12-31 23:59:59.999"),
            drilled(4, 3, "2019-01-01 00:00:00.000"),
        ],
    })
}

/// The numbers of the groups on a page, and how many there are on all pages.
#[track_caller]
fn found(world: &World, query: &str) -> (Vec<usize>, u64) {
    let answer = world.ask_for(&format!("/server-groups{query}"));
    assert_eq!(answer.status, 200, "{query}: {}", answer.body);
    let json = answer.json();
    let members: Vec<_> = json.as_object().expect("an object").keys().collect();
    assert_eq!(members, ["count", "server_groups"]);
    let rows = json["server_groups"].as_array().expect("a list");
    let ids = rows.iter().map(|row| row["id"].as_str().expect("a text"));
    let numbers = ids.map(|id| (1..=7).find(|&n| group_id(n) == id).expect("one of the seven"));
    (numbers.collect(), json["count"].as_u64().expect("a number"))
}

#[track_caller]
fn finds(world: &World, query: &str, numbers: &[usize]) {
    assert_eq!(found(world, query), (numbers.to_vec(), numbers.len() as u64), "{query}");
}

const ALL: [usize; 7] = [7, 6, 5, 4, 3, 2, 1];

#[test]
fn each_filter_alone_finds_exactly_its_groups() {
    let world = stage::world(&seven(), Config::test());
    for (query, numbers) in [
        ("", &ALL[..]),
        ("?status=protected", &[6, 2]),
        ("?status=%20error+", &[7]),
        ("?status=creating", &[]),
        ("?name=web", &[2, 1]),
        ("?name=eb-", &[3, 2, 1]),
        ("?name=_", &[6]),
        ("?name=%E6%BC%94", &[7]),
        ("?name=%20web", &[]),
        ("?query_type=status_abnormal", &[7, 5, 4]),
        ("?query_type=stop_protected", &[5, 4, 3, 1]),
        ("?query_type=%20stop_protected", &[5, 4, 3, 1]),
        ("?query_type=+stop_protected%09", &[5, 4, 3, 1]),
        ("?query_type=period_no_dr_drill", &[7, 6, 5, 4, 2]),
        ("?query_type=general", &ALL),
        ("?query_type=", &ALL),
        ("?query_type=%20", &ALL),
        ("?availability_zone=cn-north-1b", &[6]),
        ("?availability_zone=%20cn-north-1a", &[7, 5, 4, 3, 2, 1]),
        ("?availability_zone=cn-north-1", &[]),
        ("?status=&name=&availability_zone=&marker=x", &ALL),
    ] {
        finds(&world, query, numbers);
    }
}

#[test]
fn filters_that_stand_together_must_all_hold() {
    let world = stage::world(&seven(), Config::test());
    for (query, numbers) in [
        ("?status=protected&name=web", &[2][..]),
        ("?status=protected&availability_zone=cn-north-1a", &[2]),
        ("?name=db&query_type=status_abnormal", &[5, 4]),
        ("?name=a&query_type=stop_protected&status=available", &[1]),
        ("?query_type=period_no_dr_drill&availability_zone=cn-north-1b", &[6]),
        ("?query_type=period_no_dr_drill&status=available", &[]),
        (
            "?status=protected&name=db&query_type=period_no_dr_drill&availability_zone=cn-north-1b",
            &[6],
        ),
    ] {
        finds(&world, query, numbers);
    }
}

#[test]
fn a_page_is_cut_from_what_the_filters_admit_and_count_is_of_all_pages() {
    let world = stage::world(&seven(), Config::test());
    for (query, numbers, count) in [
        ("?limit=0", &[][..], 7),
        ("?limit=2", &[7, 6], 7),
        ("?limit=2&offset=2", &[5, 4], 7),
        ("?limit=1000&offset=6", &[1], 7),
        ("?offset=7", &[], 7),
        ("?query_type=stop_protected&limit=2&offset=1", &[4, 3], 4),
        ("?status=protected&offset=5", &[], 2),
    ] {
        assert_eq!(found(&world, query), (numbers.to_vec(), count), "{query}");
    }
}

#[test]
fn a_bad_parameter_is_refused_with_its_own_code() {
    for dialect in DIALECTS {
        let world = stage::world(&seven(), speaking(dialect));
        for (query, code, message) in [
            ("?status=x", "SDRS.0209", "Incorrect status"),
            ("?status=attaching", "SDRS.0209", "Incorrect status"),
            ("?query_type=x", "SDRS.0201", "Invalid request parameters"),
            ("?query_type=Stop_protected", "SDRS.0201", "Invalid request parameters"),
            ("?name=%FF", "SDRS.0201", "Invalid request parameters"),
        ] {
            world
                .ask_for(&format!("/server-groups{query}"))
                .is_refused(dialect, code, message);
        }
    }
}

#[test]
fn after_a_failover_a_group_is_found_at_its_new_production_site() {
    let world = stage::world(&seven(), Config::test());
    finds(&world, "?availability_zone=cn-north-1b", &[6]);
    world.act(&group_id(2), "failover-server-group", json!({})).job_id();
    finds(&world, "?availability_zone=cn-north-1b", &[6, 2]);
    finds(
        &world,
        "?availability_zone=cn-north-1a&query_type=stop_protected",
        &[5, 4, 3, 1],
    );
    finds(&world, "?query_type=stop_protected", &[5, 4, 3, 2, 1]);
}

#[test]
fn a_new_drill_is_a_drill_of_this_period() {
    let world = stage::world(&seven(), Config::test());
    let new = json!({"disaster_recovery_drill": {"server_group_id": group_id(2), "name": "x"}});
    world.tell("POST", "/disaster-recovery-drills", new).job_id();
    finds(&world, "?query_type=period_no_dr_drill", &[7, 6, 5, 4]);
}
