//! Showing, renaming and listing instances.

use sdrs_mock::Config;
use serde_json::{Value, json};

use super::{GROUP, INSTANCE, INSTANCES, NEIGHBOUR, OTHER_GROUP, STRANGER, at, rows, speaking, start, usual};
use crate::support::{DIALECTS, NOBODY, World};

/// The IDs that a query lists, and what it counts.
async fn listed(world: &World, query: &str) -> (Vec<String>, u64) {
    let answer = world.get(&format!("{INSTANCES}?{query}")).await;
    assert_eq!(answer.status, 200, "{query} {}", answer.body);
    let json = answer.json();
    let rows = json["protected_instances"].as_array().expect("a list");
    let ids = rows
        .iter()
        .map(|row| row["id"].as_str().expect("an ID").to_owned())
        .collect();
    (ids, json["count"].as_u64().expect("a number"))
}

async fn lists(world: &World, query: &str, ids: &[&str]) {
    let (shown, count) = listed(world, query).await;
    assert_eq!(shown, ids, "{query}");
    assert_eq!(count, ids.len() as u64, "{query}");
}

/// A world whose instances differ in name and status, and whose second group was switched over.
fn varied() -> Value {
    let mut rows = rows("available", "error-resizing", "available");
    let names = ["web-1", "web-2", "db_1"];
    for (row, name) in rows["protected_instances"]
        .as_array_mut()
        .expect("a list")
        .iter_mut()
        .zip(names)
    {
        row["name"] = name.into();
    }
    rows["protected_instances"][1]["status"] = "fault".into();
    rows["server_groups"][1]["priority_station"] = "target".into();
    rows["protected_instances"][2]["priority_station"] = "target".into();
    rows["replications"][4]["priority_station"] = "target".into();
    rows
}

#[tokio::test]
async fn filters_narrow_the_list_alone_and_together() {
    let world = start(&varied(), Config::test());
    let all = [INSTANCE, NEIGHBOUR, STRANGER];
    for (query, ids) in [
        (String::new(), &all[..]),
        (format!("server_group_id={GROUP}"), &all[..2]),
        (format!("server_group_id={NOBODY}"), &[]),
        ("status=fault".to_owned(), &all[1..2]),
        ("status=available".to_owned(), &all[2..]),
        ("status=creating".to_owned(), &[]),
        ("name=web".to_owned(), &all[..2]),
        ("name=Web".to_owned(), &[]),
        ("name=_".to_owned(), &all[2..]),
        ("query_type=status_abnormal".to_owned(), &all[..2]),
        ("query_type=general".to_owned(), &all[..]),
        ("query_type=".to_owned(), &all[..]),
        ("availability_zone=zone-a".to_owned(), &all[..2]),
        ("availability_zone=zone-b".to_owned(), &all[2..]),
        ("availability_zone=zone-c".to_owned(), &[]),
        (format!("server_group_id={GROUP}&name=2"), &all[1..2]),
        (format!("server_group_id={OTHER_GROUP}&name=web"), &[]),
        (
            "query_type=status_abnormal&status=fault&name=web&availability_zone=zone-a".to_owned(),
            &all[1..2],
        ),
        (format!("protected_instance_ids={NEIGHBOUR}&status=available"), &[]),
        ("marker=x".to_owned(), &all[..]),
    ] {
        lists(&world, &query, ids).await;
    }
}

#[tokio::test]
async fn the_wider_filter_of_groups_wins_and_both_win_over_named_instances() {
    let world = start(&varied(), Config::test());
    for (query, ids) in [
        (
            format!("server_group_ids=[{OTHER_GROUP}]&server_group_id={GROUP}"),
            vec![STRANGER],
        ),
        (
            format!("server_group_id={GROUP}&protected_instance_ids=[{STRANGER}]"),
            vec![INSTANCE, NEIGHBOUR],
        ),
        (
            format!("server_group_ids=[{OTHER_GROUP}]&protected_instance_ids=[{INSTANCE}]"),
            vec![STRANGER],
        ),
        (
            format!("server_group_ids=[]&protected_instance_ids=[{INSTANCE}]"),
            vec![INSTANCE],
        ),
        (
            format!("server_group_ids=[{GROUP},{OTHER_GROUP}]"),
            vec![INSTANCE, NEIGHBOUR, STRANGER],
        ),
        (
            format!("server_group_ids=[{GROUP},{OTHER_GROUP}]&name=1"),
            vec![INSTANCE, STRANGER],
        ),
    ] {
        lists(&world, &query, &ids).await;
    }
}

#[tokio::test]
async fn pages_cut_the_list_and_the_count_counts_them_all() {
    let world = start(&varied(), Config::test());
    for (query, ids, count) in [
        ("limit=1".to_owned(), vec![INSTANCE], 3),
        ("limit=1&offset=2".to_owned(), vec![STRANGER], 3),
        ("offset=3".to_owned(), vec![], 3),
        ("limit=0".to_owned(), vec![], 3),
        ("name=web&offset=1".to_owned(), vec![NEIGHBOUR], 2),
        (format!("server_group_id={GROUP}&limit=1&offset=1"), vec![NEIGHBOUR], 2),
        (
            format!("server_group_ids=[{GROUP},{OTHER_GROUP}]&limit=2&offset=1"),
            vec![NEIGHBOUR, STRANGER],
            3,
        ),
    ] {
        let (shown, counted) = listed(&world, &query).await;
        assert_eq!(
            (shown, counted),
            (ids.iter().map(ToString::to_string).collect(), count),
            "{query}"
        );
    }
}

#[tokio::test]
async fn the_newest_instance_comes_first() {
    let world = start(&usual(), Config::test());
    let body = json!({"protected_instance": {"server_group_id": GROUP, "server_id": super::SERVER, "name": "newest"}});
    let job = world.done(&world.post_json(INSTANCES, body).await).await;
    let (shown, count) = listed(&world, "limit=1").await;
    assert_eq!(
        (shown[0].as_str(), count),
        (job["entities"]["protected_instance_id"].as_str().expect("an ID"), 4)
    );
}

#[tokio::test]
async fn filters_that_make_no_sense_are_refused() {
    for dialect in DIALECTS {
        let world = speaking(dialect);
        for (query, code) in [
            ("server_group_id=x", "SDRS.0207"),
            ("status=attaching", "SDRS.0209"),
            ("query_type=stop_protected", "SDRS.0201"),
        ] {
            world
                .get(&format!("{INSTANCES}?{query}"))
                .await
                .is_refused_with(dialect, code);
        }
    }
}

#[tokio::test]
async fn the_documentations_sample_is_shown_member_by_member() {
    let world = World::new();
    let answer = world.get(&at("50f5091e-9e9e-473c-a932-2a2cbcbeb1ff", "")).await;
    expect_test::expect![[r#"{"protected_instance":{"id":"50f5091e-9e9e-473c-a932-2a2cbcbeb1ff","name":"ecs_sdrs_test","description":"1111","server_group_id":"943c7d15-0371-4b89-b1a6-db1ef35c9263","status":"available","progress":0,"source_server":"5fb92d6c-b0cb-46c9-824b-b90ec5500ae6","target_server":"c6c0ff54-fa1f-43ef-9ccc-1774e40c8745","created_at":"2018-11-06 09:27:52.258","updated_at":"2018-11-06 09:44:59.853","priority_station":"target","attachment":[{"replication":"6568f7c4-0510-4f39-929d-8ffccbd4fd47","device":"/dev/vda"}],"tags":[{"key":"aaaaaaa","value":"01234567889"}],"metadata":{}}}"#]]
    .assert_eq(&answer.body);
}

#[tokio::test]
async fn a_rename_changes_the_name_and_the_time_only() {
    let world = start(&usual(), Config::test());
    let mut expected = world.see(&at(INSTANCE, "")).await;
    let answer = world
        .put(&at(INSTANCE, ""), r#"{"protected_instance":{"name":"演练-2"}}"#)
        .await;
    assert_eq!(answer.status, 200);
    expected["name"] = "演练-2".into();
    expected["updated_at"] = "2026-01-01 00:00:00.000".into();
    assert_eq!(answer.json()["protected_instance"], expected);
    assert_eq!(world.see(&at(INSTANCE, "")).await, expected);
}

#[tokio::test]
async fn a_rename_or_a_look_that_cannot_be_is_refused() {
    for dialect in DIALECTS {
        let world = speaking(dialect);
        for (body, code) in [
            (r#"{"name":"unwrapped"}"#, "SDRS.0201"),
            (r#"{"protected_instance":{"name":5}}"#, "SDRS.0201"),
            (r#"{"protected_instance":{}}"#, "SDRS.0202"),
            (r#"{"protected_instance":{"name":"a/b"}}"#, "SDRS.0202"),
        ] {
            world.put(&at(INSTANCE, ""), body).await.is_refused_with(dialect, code);
        }
        let right = r#"{"protected_instance":{"name":"x"}}"#;
        world
            .put(&at("x", ""), right)
            .await
            .is_refused_with(dialect, "SDRS.0208");
        world
            .put(&at(NOBODY, ""), right)
            .await
            .is_absent_with(dialect, "SDRS.1320");
        world.get(&at("x", "")).await.is_refused_with(dialect, "SDRS.0208");
        world.get(&at(NOBODY, "")).await.is_absent_with(dialect, "SDRS.1320");
    }
}
