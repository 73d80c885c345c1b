//! Worlds that a test makes for itself: rows in any status, written as a fixture.

use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::Method;
use sdrs_mock::Config;
use sdrs_mock::api::error::Dialect;
use serde_json::{Value, json};

use crate::support::{Answer, World, send};

/// The domain of every group that is made here.
pub const DOMAIN: &str = "fb4bb8e3-a574-4437-a156-78c916aeea4d";
/// The network of every group that is made here.
pub const VPC: &str = "046852ef-c49d-409b-8389-546aaaa5701f";
/// When every row that is made here was created.
const THEN: &str = "2025-01-01 00:00:00.000";

/// The n-th ID of a kind: the kinds are letters, so that no two meet.
pub fn id(kind: u32, n: usize) -> String {
    format!("{kind:08x}-0000-4000-8000-{n:012x}")
}

/// The n-th group.
pub fn group_id(n: usize) -> String {
    id(0xa, n)
}

/// The n-th instance.
pub fn instance_id(n: usize) -> String {
    id(0xb, n)
}

/// The n-th pair.
pub fn pair_id(n: usize) -> String {
    id(0xc, n)
}

/// The production disk of the n-th pair.
pub fn disk_id(n: usize) -> String {
    id(0xd, n)
}

/// The DR disk of the n-th pair.
pub fn copy_id(n: usize) -> String {
    id(0xe, n)
}

/// A group in this status; `source` is its production site.
pub fn group(n: usize, status: &str) -> Value {
    json!({
        "id": group_id(n), "name": format!("group-{n}"), "description": null,
        "source_availability_zone": "az1", "target_availability_zone": "az2", "domain_id": DOMAIN,
        "status": status, "progress": 0, "priority_station": "source",
        "source_vpc_id": VPC, "target_vpc_id": VPC, "created_at": THEN, "updated_at": THEN,
    })
}

/// A pair of a group in this status, 10 GB, attached to nothing.
pub fn pair(n: usize, group: usize, status: &str) -> Value {
    json!({
        "id": pair_id(n), "name": format!("pair-{n}"), "description": null,
        "status": status, "progress": 0, "replication_status": "inactive", "server_group_id": group_id(group),
        "volume_ids": format!("{},{}", disk_id(n), copy_id(n)), "priority_station": "source", "fault_level": "0",
        "created_at": THEN, "updated_at": THEN,
        "record_metadata": {"multiattach": false, "bootable": false, "volume_size": 10, "volume_type": "SATA"},
    })
}

/// An instance of a group in this status that these pairs are attached to, as `/dev/vda`, `/dev/vdb` and so on.
pub fn instance(n: usize, group: usize, status: &str, pairs: &[usize]) -> Value {
    let devices = ["/dev/vda", "/dev/vdb", "/dev/vdc", "/dev/vdd", "/dev/vde", "/dev/vdf"];
    let attachment: Vec<_> = pairs
        .iter()
        .zip(devices)
        .map(|(pair, device)| json!({"replication": pair_id(*pair), "device": device}))
        .collect();
    json!({
        "id": instance_id(n), "name": format!("instance-{n}"), "description": null, "server_group_id": group_id(group),
        "status": status, "progress": 0, "source_server": id(0x1a, n), "target_server": id(0x1b, n),
        "created_at": THEN, "updated_at": THEN, "priority_station": "source", "attachment": attachment, "tags": [],
    })
}

/// The row with these members instead of its own.
pub fn but(mut row: Value, members: Value) -> Value {
    for (member, value) in members.as_object().expect("an object").clone() {
        row[member] = value;
    }
    row
}

/// A server whose template is this.
pub fn made(template: &Value, config: Config) -> World {
    started_from(&json!({"schema_version": 1, "template": template}), config)
}

/// A server that starts from this fixture.
pub fn started_from(fixture: &Value, config: Config) -> World {
    static MADE: AtomicUsize = AtomicUsize::new(0);
    let n = MADE.fetch_add(1, Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("sdrs-mock-{}-made-{n}.json", std::process::id()));
    std::fs::write(&path, fixture.to_string()).expect("the temporary folder takes a file");
    let world = World::with(Config {
        fixtures: vec![path.clone()],
        ..config
    });
    std::fs::remove_file(path).expect("nobody else removes it");
    world
}

/// The configuration of tests in this dialect.
pub fn speaking(dialect: Dialect) -> Config {
    Config {
        dialect,
        ..Config::test()
    }
}

/// Deletes what has this path, without a body.
pub async fn delete(world: &World, path: &str) -> Answer {
    send(world.request(Method::DELETE, path)).await
}

/// Deletes what has this path, with this body.
pub async fn delete_with(world: &World, path: &str, body: impl ToString) -> Answer {
    let request = world
        .request(Method::DELETE, path)
        .header("Content-Type", "application/json");
    send(request.body(body.to_string())).await
}

/// The job that a request was accepted with, and what it looks like now.
pub async fn job_of(world: &World, accepted: &Answer) -> Value {
    assert_eq!(accepted.status, 200, "{}", accepted.body);
    let id = accepted.json()["job_id"].as_str().expect("a job ID").to_owned();
    world.get(&format!("/jobs/{id}")).await.json()
}

/// The values of this member in a list.
pub fn column(list: &Value, collection: &str, member: &str) -> Vec<String> {
    let rows = list[collection].as_array().expect("a list");
    rows.iter()
        .map(|row| row[member].as_str().expect("a text").to_owned())
        .collect()
}
