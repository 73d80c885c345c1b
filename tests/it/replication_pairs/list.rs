//! Listing pairs.

use serde_json::{Value, json};

use crate::made::{but, column, copy_id, disk_id, group, group_id, instance, instance_id, made, pair, speaking};
use crate::support::{DIALECTS, NOBODY, World};

/// Three groups, the last one after a switchover; six pairs, three of them attached.
fn world(dialect: sdrs_mock::api::error::Dialect) -> World {
    let switched = |row: Value| but(row, json!({"priority_station": "target"}));
    let template = json!({
        "server_groups": [group(1, "available"), group(2, "protected"), switched(group(3, "available"))],
        "replications": [
            pair(1, 1, "available"), pair(2, 1, "error-extending"), pair(3, 2, "protected"), pair(4, 2, "invalid"),
            switched(pair(5, 3, "available")), switched(pair(6, 3, "fault")),
        ],
        "protected_instances": [instance(1, 1, "available", &[1]), instance(2, 2, "protected", &[3, 4])],
    });
    made(&template, speaking(dialect))
}

async fn names(world: &World, query: &str) -> (Value, Vec<String>) {
    let answer = world.get(&format!("/replications?{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.body);
    let list = answer.json();
    (list["count"].clone(), column(&list, "replications", "name"))
}

/// Asserts that each query lists the pairs of these digits.
async fn list_as(queries: &[(String, &str)]) {
    let world = world(DIALECTS[0]);
    for (query, expected) in queries {
        let expected: Vec<_> = expected.chars().map(|n| format!("pair-{n}")).collect();
        assert_eq!(names(&world, query).await, (json!(expected.len()), expected), "{query}");
    }
}

#[tokio::test]
async fn groups_and_instances_narrow_and_a_list_overrides_a_single_one() {
    let [one, two] = [group_id(1), group_id(2)];
    let [first, second] = [instance_id(1), instance_id(2)];
    list_as(&[
        (String::new(), "123456"),
        (format!("server_group_id={one}"), "12"),
        (format!("server_group_ids={one}&server_group_ids={two}"), "1234"),
        (format!("server_group_ids=[\"{one}\",\"{NOBODY}\"]"), "12"),
        (format!("server_group_ids=[{two}]&server_group_id={one}"), "34"),
        (format!("server_group_id={NOBODY}"), ""),
        (format!("protected_instance_id={first}"), "1"),
        (format!("protected_instance_ids=['{first}','{second}']"), "134"),
        (
            format!("protected_instance_ids={second}&protected_instance_id={first}"),
            "34",
        ),
    ])
    .await;
}

#[tokio::test]
async fn every_other_filter_narrows_alone() {
    list_as(&[
        (format!("volume_id={}", disk_id(3)), "3"),
        (format!("volume_id={}", copy_id(5)), "5"),
        (format!("volume_id={NOBODY}"), ""),
        ("name=air-4".to_owned(), "4"),
        ("name=PAIR".to_owned(), ""),
        ("status=available".to_owned(), "15"),
        ("query_type=status_abnormal".to_owned(), "246"),
        ("query_type=general&status=".to_owned(), "123456"),
        ("availability_zone=az1".to_owned(), "1234"),
        ("availability_zone=az2".to_owned(), "56"),
        ("marker=x&name=pair-1".to_owned(), "1"),
    ])
    .await;
}

#[tokio::test]
async fn filters_narrow_together() {
    let [one, two, second] = [group_id(1), group_id(2), instance_id(2)];
    list_as(&[
        (format!("server_group_id={one}&protected_instance_id={second}"), ""),
        (
            format!("server_group_id={two}&protected_instance_id={second}&query_type=status_abnormal"),
            "4",
        ),
        (format!("server_group_ids={one},{two}&status=available"), "1"),
        (format!("volume_id={}&name=pair-3", copy_id(3)), "3"),
        (format!("volume_id={}&name=pair-4", copy_id(3)), ""),
        ("availability_zone=az2&status=fault&name=pair".to_owned(), "6"),
    ])
    .await;
}

#[tokio::test]
async fn pages_count_all_that_the_filter_admits() {
    let world = world(DIALECTS[0]);
    for (query, expected) in [
        ("limit=2", (6, "12")),
        ("limit=2&offset=5", (6, "6")),
        ("offset=6", (6, "")),
        ("limit=0", (6, "")),
        ("limit=1&offset=1&query_type=status_abnormal", (3, "4")),
    ] {
        let (count, rows) = expected;
        let rows: Vec<_> = rows.chars().map(|n| format!("pair-{n}")).collect();
        assert_eq!(names(&world, query).await, (json!(count), rows), "{query}");
    }
}

#[tokio::test]
async fn values_that_a_filter_cannot_have_are_refused() {
    for dialect in DIALECTS {
        let world = world(dialect);
        for (query, code, message) in [
            ("server_group_id=x", "SDRS.0207", "Invalid protection group ID"),
            ("protected_instance_id=x", "SDRS.0208", "Invalid protected instance ID"),
            ("volume_id=x", "SDRS.0211", "Invalid disk ID"),
            ("status=resizing", "SDRS.0209", "Incorrect status"),
            ("query_type=stop_protected", "SDRS.0201", "Invalid request parameters"),
        ] {
            let answer = world.get(&format!("/replications?{query}")).await;
            answer.is_refused(dialect, code, message);
        }
    }
}
