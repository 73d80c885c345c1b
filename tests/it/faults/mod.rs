//! Faults that a tester arms: what each does to a request, which requests it meets, and how a bad one is refused.

mod answers;
mod bad;
mod calls;
mod connections;
mod errors;
mod held;
mod prefer;
mod router;
mod scope;
mod when;

use std::io::Write;
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::support::wire::put;
use crate::support::{Answer, PROJECT, World, naming, sample};

/// The operation that most faults here are for.
const RENAME: &str = "UpdateDisasterRecoveryDrillName";

/// Calls the control plane over HTTP.
fn call(world: &World, method: &str, path: &str, body: &Value) -> Answer {
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    world.ask(
        method,
        &format!("/_mock/{path}"),
        &["Content-Type: application/json"],
        body,
    )
}

/// Arms a fault for the project of this ID, over HTTP; its ID.
#[track_caller]
fn arm_in(world: &World, project: &str, fault: &Value) -> String {
    let answer = call(world, "POST", &format!("faults?project={project}"), fault);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let id = answer.json()["added"][0]["id"].clone();
    id.as_str().expect("each has an ID").to_owned()
}

/// Arms a fault for the tests' project.
#[track_caller]
fn arm(world: &World, fault: &Value) -> String {
    arm_in(world, PROJECT, fault)
}

/// Arms a fault for renames with this effect.
#[track_caller]
fn arm_rename(world: &World, effect: &Value) -> String {
    arm(world, &json!({"match": {"operation": RENAME}, "effect": effect}))
}

/// The faults of the tests' project.
fn listed(world: &World) -> Vec<Value> {
    let answer = call(world, "GET", &format!("faults?project={PROJECT}"), &Value::Null).json();
    answer["faults"].as_array().expect("a list").clone()
}

/// Renames the sample drill.
fn rename(world: &World) -> Answer {
    world.rename_with(naming(r#""x""#))
}

/// Whether the sample drill was renamed.
fn is_renamed(world: &World) -> bool {
    world.ask("GET", &sample(), &[], "").json()["disaster_recovery_drill"]["name"] == "x"
}

/// A socket on which a rename was sent, and nothing read yet.
fn renaming(world: &World) -> TcpStream {
    let mut socket = world.socket();
    let request = put(&sample(), &naming(r#""x""#));
    socket.write_all(request.as_bytes()).expect("the server reads");
    socket
}

/// Asks again and again until it is so; each look is a request, so that the server gets on. Only a failing test looks
/// for long.
#[track_caller]
fn until(world: &World, is_so: impl Fn() -> bool) {
    for _ in 0..2_000 {
        if is_so() {
            return;
        }
        call(world, "GET", "health", &Value::Null);
    }
    panic!("it never came to that");
}

/// Waits until so many requests have met a fault.
#[track_caller]
fn until_met(world: &World, number: usize) {
    let project = world.server.control().project(PROJECT);
    until(world, || {
        let requests = project.requests().expect("the project is there");
        let met = requests.iter().filter(|request| request.fault.is_some());
        met.count() >= number
    });
}
