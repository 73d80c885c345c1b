//! Every status of a pair, and of its group, against every operation.

use sdrs_mock::Config;
use sdrs_mock::domain::protection_group::ProtectionGroup;
use sdrs_mock::domain::replication_pair::ReplicationPair;
use sdrs_mock::domain::resource::Resource;
use serde_json::{Value, json};

use super::path;
use crate::made::{delete, group, group_id, made, pair};
use crate::support::{Answer, NOBODY, World};

/// The statuses of a pair that admit its deletion (`replication-pairs.md` section 5).
const DELETABLE: &[&str] = &[
    "available",
    "protected",
    "failed-over",
    "error",
    "error-starting",
    "error-stopping",
    "error-reversing",
    "error-failing-over",
    "error-deleting",
    "error-reprotecting",
    "error-attaching",
    "error-extending",
    "invalid",
    "fault",
];
/// The statuses of a pair that admit its expansion (section 6).
const EXPANDABLE: &[&str] = &["available", "protected", "error-extending"];
/// The statuses of a group that admit a new pair (section 3).
const GROUP_TAKES: &[&str] = &["available", "protected"];
/// The statuses of a group that let a pair go (section 5).
const GROUP_LETS_GO: &[&str] = &[
    "available",
    "protected",
    "failed-over",
    "error-starting",
    "error-stopping",
    "error-reversing",
    "error-failing-over",
    "error-deleting",
    "error-reprotecting",
];
/// The statuses of a group in which something goes on.
const GROUP_BUSY: &[&str] = &[
    "creating",
    "deleting",
    "starting",
    "stopping",
    "reversing",
    "failing-over",
    "reprotecting",
];

/// Asserts that a request was accepted, or refused with this code.
#[track_caller]
fn is(answer: &Answer, accepted: bool, code: &str, context: &str) {
    let expected = if accepted { Value::Null } else { json!(code) };
    assert_eq!(
        answer.json()["badrequest"]["code"],
        expected,
        "{context}: {}",
        answer.body
    );
    assert_eq!(answer.status, if accepted { 200 } else { 400 }, "{context}");
}

async fn expand(world: &World, n: usize) -> Answer {
    let body = r#"{"extend-replication":{"new_size":20}}"#;
    world.post(&format!("{}/action", path(n)), body).await
}

#[tokio::test]
async fn every_status_of_a_pair_admits_what_the_tables_say() {
    assert_eq!(ReplicationPair::STATUSES.len(), 25);
    let words: Vec<_> = ReplicationPair::STATUSES.iter().map(|status| status.word()).collect();
    let pairs: Vec<_> = words.iter().enumerate().map(|(n, status)| pair(n, 1, status)).collect();
    let template = json!({"server_groups": [group(1, "available")], "replications": pairs});
    let [deleting, expanding] = [(); 2].map(|()| made(&template, Config::test()));
    for (n, status) in words.iter().enumerate() {
        let seen = deleting.get(&path(n)).await;
        assert_eq!(seen.json()["replication"]["status"], *status);
        let renamed = deleting.put(&path(n), r#"{"replication":{"name":"renamed"}}"#).await;
        assert_eq!(renamed.json()["replication"]["status"], *status, "{}", renamed.body);
        let answer = delete(&deleting, &path(n)).await;
        is(
            &answer,
            DELETABLE.contains(status),
            "SDRS.1601",
            &format!("delete while {status}"),
        );
        let answer = expand(&expanding, n).await;
        is(
            &answer,
            EXPANDABLE.contains(status),
            "SDRS.1601",
            &format!("expand while {status}"),
        );
    }
}

#[tokio::test]
async fn every_status_of_a_group_admits_what_the_tables_say() {
    assert_eq!(ProtectionGroup::STATUSES.len(), 17);
    let words: Vec<_> = ProtectionGroup::STATUSES.iter().map(|status| status.word()).collect();
    let groups: Vec<_> = words.iter().enumerate().map(|(n, status)| group(n, status)).collect();
    let pairs: Vec<_> = (0..words.len()).map(|n| pair(n, n, "available")).collect();
    let template = json!({"server_groups": groups, "replications": pairs});
    let [deleting, expanding, creating] = [(); 3].map(|()| made(&template, Config::test()));
    for (n, status) in words.iter().enumerate() {
        let disk = format!("{}{n:04x}", &NOBODY[..32]);
        let new = json!({"replication": {"server_group_id": group_id(n), "volume_id": disk, "name": "x"}});
        let answer = creating.post("/replications", new.to_string()).await;
        is(
            &answer,
            GROUP_TAKES.contains(status),
            "SDRS.1024",
            &format!("create while the group is {status}"),
        );
        let answer = delete(&deleting, &path(n)).await;
        is(
            &answer,
            GROUP_LETS_GO.contains(status),
            "SDRS.1002",
            &format!("delete while the group is {status}"),
        );
        let answer = expand(&expanding, n).await;
        is(
            &answer,
            !GROUP_BUSY.contains(status),
            "SDRS.1002",
            &format!("expand while the group is {status}"),
        );
    }
}
