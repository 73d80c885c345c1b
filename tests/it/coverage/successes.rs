//! Every operation succeeds, with the status, the root and the job that the documentation gives it.

use serde_json::Value;

use super::operations::{OPERATIONS, Operation, named};
use super::requests::{REQUESTS, Request};
use super::{FLAVOURS, speaking, start};
use crate::support::{Answer, DIALECTS, World};

#[test]
fn every_operation_has_a_request() {
    let names: Vec<_> = OPERATIONS.iter().map(|operation| &operation.name).collect();
    assert_eq!(REQUESTS.plain.keys().collect::<Vec<_>>(), names);
}

#[test]
fn every_operation_succeeds_as_documented() {
    let mut faults = Vec::new();
    for dialect in DIALECTS {
        for flavour in FLAVOURS {
            let world = start(Value::Object(serde_json::Map::new()), speaking(dialect, flavour));
            let spelling = flavour.word();
            let served = |operation: &&Operation| operation.flavours.iter().any(|one| one == spelling);
            for operation in OPERATIONS.iter().filter(served) {
                let project = &operation.name;
                let before = &REQUESTS.plain[project].before;
                let before: Vec<_> = before.iter().map(|name| Request::plain(named(name))).collect();
                let answer = Request::plain(operation).send_after(&before, &world, project);
                let wrong = differs(operation, &answer, &world).or_else(|| unread(&world, project));
                if let Some(fault) = wrong {
                    faults.push(format!("{} {spelling} {project}: {fault}", dialect.word()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What of a project's requests nothing has read: they are made of documented members only.
fn unread(world: &World, project: &str) -> Option<String> {
    let requests = world.server.control().project(project).requests().expect("a project");
    let unread: Vec<_> = requests.into_iter().flat_map(|request| request.unread).collect();
    (!unread.is_empty()).then(|| format!("nothing reads {}", unread.join(", ")))
}

/// What is wrong with an answer of success; that members and types are as documented is looked at for every answer.
fn differs(operation: &Operation, answer: &Answer, world: &World) -> Option<String> {
    if answer.status != operation.success_status {
        return Some(format!("{} {}", answer.status, answer.body));
    }
    if answer.status == 204 {
        return (!answer.body.is_empty()).then(|| answer.body.clone());
    }
    let body = answer.json();
    let root = operation.response_root.as_deref();
    if root.is_some_and(|root| body.get(root).is_none()) {
        return Some(format!("{root:?} is not in {body}"));
    }
    // A list that is empty would prove nothing about its rows.
    let empty = root.and_then(|root| body[root].as_array()).is_some_and(Vec::is_empty);
    if empty {
        return Some(format!("nothing is in {body}"));
    }
    if operation.is_asynchronous() {
        let id = body["job_id"].as_str().unwrap_or_default();
        let path = format!("/v1/{}/jobs/{id}", operation.name);
        let job = world.ask("GET", &path, &[], "").json();
        let of_type = match &operation.job_type {
            Value::Null => true,
            Value::Array(types) => types.contains(&job["job_type"]),
            one => *one == job["job_type"],
        };
        return (job["status"] != "SUCCESS" || !of_type).then(|| job.to_string());
    }
    None
}
