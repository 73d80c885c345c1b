//! Every status of an instance, its group and its pair, against every operation.

use reqwest::Method;
use sdrs_mock::Config;
use sdrs_mock::domain::protected_instance::ProtectedInstance;
use sdrs_mock::domain::protection_group::ProtectionGroup;
use sdrs_mock::domain::replication_pair::ReplicationPair;
use sdrs_mock::domain::resource::Resource;
use sdrs_mock::domain::status::Status;
use serde_json::{Map, Value, json};

use super::{DATA_PAIR, FREE_PAIR, GROUP, INSTANCE, NIC, SERVER, SUBNET, at, manual, rows, start_from};
use crate::support::{Answer, World, send};

/// An operation: its name, its request, and what the instance reads meanwhile where it reads anything else.
struct Attempt {
    name: &'static str,
    method: Method,
    path: String,
    body: Value,
    during: Option<&'static str>,
}

fn attempt(name: &'static str, path: String, body: Value, during: Option<&'static str>) -> Attempt {
    Attempt {
        name,
        method: Method::POST,
        path,
        body,
        during,
    }
}

/// An operation that changes no status of the instance.
fn of(name: &'static str, method: Method, path: &str, body: Value) -> Attempt {
    let path = at(INSTANCE, path);
    Attempt {
        name,
        method,
        path,
        body,
        during: None,
    }
}

/// Every operation on an instance, and those that make one.
fn attempts() -> Vec<Attempt> {
    let mut attempts = common();
    attempts.extend(status_changing());
    attempts
}

fn common() -> Vec<Attempt> {
    let new = json!({"server_group_id": GROUP, "server_id": SERVER, "name": "x"});
    let batch = json!({"server_group_id": GROUP, "servers": [{"server_id": SERVER}], "name_prefix": "x"});
    let attachment = json!({"replication_id": FREE_PAIR, "device": "/dev/vdc"});
    vec![
        of("show", Method::GET, "", Value::Null),
        of(
            "rename",
            Method::PUT,
            "",
            json!({"protected_instance": {"name": "new"}}),
        ),
        attempt(
            "create",
            super::INSTANCES.to_owned(),
            json!({"protected_instance": new}),
            None,
        ),
        attempt(
            "create-batch",
            at("batch", ""),
            json!({"protected_instances": batch}),
            None,
        ),
        of(
            "attach",
            Method::POST,
            "/attachreplication",
            json!({"replicationAttachment": attachment}),
        ),
        of(
            "detach",
            Method::DELETE,
            &format!("/detachreplication/{DATA_PAIR}"),
            Value::Null,
        ),
    ]
}

fn status_changing() -> [Attempt; 5] {
    let (added, deleted) = (json!({"subnet_id": SUBNET}), json!({"nic_id": NIC}));
    let (resized, listed) = (json!({"flavorRef": "other"}), json!([{"id": INSTANCE}]));
    [
        Attempt {
            during: Some("deleting"),
            ..of("delete", Method::DELETE, "", Value::Null)
        },
        attempt(
            "delete-batch",
            at("delete", ""),
            json!({"protected_instances": listed}),
            Some("deleting"),
        ),
        attempt("add-nic", at(INSTANCE, "/nic"), added, Some("nic-creating")),
        attempt("delete-nic", at(INSTANCE, "/nic/delete"), deleted, Some("nic-deleting")),
        attempt(
            "resize",
            at(INSTANCE, "/resize"),
            json!({"resize": resized}),
            Some("resizing"),
        ),
    ]
}

/// What each operation is refused with, by the status of the thing that is looked at; a missing one is admitted.
type Denials = fn(operation: &str, status: Status) -> Option<&'static str>;

fn of_instance(operation: &str, status: Status) -> Option<&'static str> {
    use Status::{Available, Error, ErrorResizing, Protected};
    let sound = matches!(status, Available | Protected);
    match operation {
        "delete" | "delete-batch" => status.is_transient().then_some("SDRS.1301"),
        "attach" => (!sound).then_some("SDRS.1328"),
        "detach" => (status.is_transient() || status == Error).then_some("SDRS.1314"),
        "add-nic" | "delete-nic" => (!sound).then_some("SDRS.1327"),
        "resize" => (!sound && status != ErrorResizing).then_some("SDRS.1314"),
        _ => None,
    }
}

fn of_group(operation: &str, status: Status) -> Option<&'static str> {
    let sound = matches!(status, Status::Available | Status::Protected);
    let other_error = matches!(
        status,
        Status::Error | Status::ErrorDeleting | Status::ErrorReprotecting
    );
    match operation {
        "show" | "rename" => None,
        "delete" | "delete-batch" => status.is_transient().then_some("SDRS.1002"),
        "detach" => (status.is_transient() || other_error).then_some("SDRS.1002"),
        _ => (!sound).then_some("SDRS.1024"),
    }
}

fn of_pair(operation: &str, status: Status) -> Option<&'static str> {
    let sound = matches!(status, Status::Available | Status::Protected);
    match operation {
        "attach" => (!sound).then_some("SDRS.1601"),
        "detach" => (status.is_transient() || status == Status::Error).then_some("SDRS.1601"),
        "delete" | "delete-batch" => status.is_transient().then_some("SDRS.1301"),
        _ => None,
    }
}

/// The project of one status and one operation: all of them stand side by side on one server.
fn project(status: Status, operation: &str) -> String {
    format!("{status}_{operation}")
}

fn world(statuses: &[Status], row: impl Fn(Status) -> Value, config: Config) -> World {
    let mut projects = Map::new();
    for &status in statuses {
        for attempt in attempts() {
            projects.insert(project(status, attempt.name), row(status));
        }
    }
    start_from(&json!({"schema_version": 1, "projects": projects}), config)
}

async fn try_it(world: &World, project: &str, attempt: &Attempt) -> Answer {
    let request = world.request_of(project, attempt.method.clone(), &attempt.path);
    match &attempt.body {
        Value::Null => send(request).await,
        body => {
            send(
                request
                    .header("Content-Type", "application/json")
                    .body(body.to_string()),
            )
            .await
        }
    }
}

/// Walks all pairs twice: with jobs that wait, to see what goes on, and with jobs that end at once.
async fn walk(statuses: &[Status], row: impl Fn(Status) -> Value, denials: Denials) {
    let (waiting, ending) = (world(statuses, &row, manual()), world(statuses, &row, Config::test()));
    for &status in statuses {
        for attempt in attempts() {
            let project = project(status, attempt.name);
            for world in [&waiting, &ending] {
                let before = world.get_of(&project, super::INSTANCES).await.body;
                let answer = try_it(world, &project, &attempt).await;
                let denied = denials(attempt.name, status);
                assert_eq!(answer.code(), denied.unwrap_or_default(), "{project}: {}", answer.body);
                if denied.is_some() {
                    assert_eq!(world.get_of(&project, super::INSTANCES).await.body, before, "{project}");
                }
            }
            if let (None, Some(during)) = (denials(attempt.name, status), attempt.during) {
                let shown = waiting.get_of(&project, &at(INSTANCE, "")).await.json();
                assert_eq!(shown["protected_instance"]["status"], during, "{project}");
                let shown = ending.get_of(&project, &at(INSTANCE, "")).await;
                let gone = during == "deleting";
                assert_eq!(shown.status, if gone { 404 } else { 200 }, "{project}");
                let status = &shown.json()["protected_instance"]["status"];
                assert!(
                    gone || *status == "available" || *status == "protected",
                    "{project} {status}"
                );
            }
        }
    }
}

#[tokio::test]
async fn each_operation_asks_for_the_documented_statuses_of_the_instance() {
    walk(
        ProtectedInstance::STATUSES,
        |status| rows("available", status.word(), "available"),
        of_instance,
    )
    .await;
}

#[tokio::test]
async fn each_operation_asks_for_the_documented_statuses_of_the_group() {
    walk(
        ProtectionGroup::STATUSES,
        |status| rows(status.word(), "available", "available"),
        of_group,
    )
    .await;
}

#[tokio::test]
async fn attaching_and_detaching_ask_for_the_documented_statuses_of_the_pair() {
    walk(
        ReplicationPair::STATUSES,
        |status| rows("available", "available", status.word()),
        of_pair,
    )
    .await;
}
