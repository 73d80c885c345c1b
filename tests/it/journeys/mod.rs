//! Whole stories, told twice: with the same seed and a standing clock every byte of every answer is the same.

mod members;
mod protection;
mod records;

use std::fmt::Write;

use sdrs_mock::Config;
use serde_json::{Value, json};

use crate::stage::{DOMAIN, GROUP_VPC};
use crate::support::{Answer, World, below_project};

/// A server that no inventory lists, and so one that exists, stopped, with a system disk.
const SERVER: &str = "c9b9b9b9-0000-4000-8000-000000000001";

/// A client that writes down what it is answered.
struct Client {
    world: World,
    heard: String,
}

impl Client {
    fn tell(&mut self, method: &str, path: &str, body: &Value) -> Answer {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let declared = ["Content-Type: application/json"];
        let (text, answer) = self.world.hear(method, &below_project(path), &declared, body);
        writeln!(self.heard, "{method} {path}\n{text}").expect("a text takes every line");
        answer
    }

    fn get(&mut self, path: &str) -> Answer {
        self.tell("GET", path, &Value::Null)
    }

    /// The one resource at a path.
    #[track_caller]
    fn one(&mut self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        let json = answer.json();
        json.as_object()
            .expect("an object")
            .values()
            .next()
            .expect("one member")
            .clone()
    }

    /// Looks at a job until it has ended, as clients do.
    #[track_caller]
    fn end_of(&mut self, accepted: &Answer) -> Value {
        assert!(matches!(accepted.status, 200 | 202), "{}", accepted.body);
        let id = accepted.json()["job_id"].as_str().expect("a job ID").to_owned();
        for _ in 0..10 {
            let job = self.get(&format!("/jobs/{id}")).json();
            assert_eq!(job["job_id"], id);
            if job["status"] == "SUCCESS" || job["status"] == "FAIL" {
                return job;
            }
        }
        panic!("{id} does not end");
    }

    /// Waits for a job to succeed, and gives what it is about.
    #[track_caller]
    fn wait(&mut self, accepted: &Answer) -> Value {
        let job = self.end_of(accepted);
        assert_eq!(job["status"], "SUCCESS", "{job}");
        job["entities"].clone()
    }

    /// Asks for an action of a group, and gives what its job is about.
    #[track_caller]
    fn act(&mut self, group: &str, key: &str, inner: Value) -> Value {
        let accepted = self.tell(
            "POST",
            &format!("/server-groups/{group}/action"),
            &json!({ key: inner }),
        );
        self.wait(&accepted)
    }

    /// Deletes what is at a path, after which whoever looks for it or deletes it is refused with this code.
    #[track_caller]
    fn delete(&mut self, path: &str, absent: &str) {
        let accepted = self.tell("DELETE", path, &Value::Null);
        self.wait(&accepted);
        assert_eq!(self.get(path).verdict(), absent);
        assert_eq!(self.tell("DELETE", path, &Value::Null).verdict(), absent);
    }

    /// Looks at everything that lists show.
    fn look_around(&mut self) {
        for path in [
            "/server-groups",
            "/protected-instances",
            "/replications",
            "/disaster-recovery-drills",
            "/task-center/failure-jobs",
            "/sdrs/quotas",
        ] {
            assert_eq!(self.get(path).status, 200);
        }
    }
}

/// Lets two clients of two servers with one seed live the same story, and compares what they heard.
#[track_caller]
fn twice(config: &Config, story: impl Fn(&mut Client)) {
    let heard = || {
        let world = World::with(config.clone());
        let mut client = Client {
            world,
            heard: String::new(),
        };
        story(&mut client);
        client.look_around();
        client.heard
    };
    let (first, second) = (heard(), heard());
    for header in ["\r\nX-Request-Id: ", "\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n"] {
        assert_eq!(
            first.matches(header).count(),
            first.matches("HTTP/1.1 ").count(),
            "each answer has {header:?}: {first}"
        );
    }
    assert_eq!(first, second);
}

/// The body that creates a group called `mine`.
fn new_group() -> Value {
    json!({"server_group": {"name": "mine", "source_availability_zone": "cn-north-1a",
        "target_availability_zone": "cn-north-1b", "domain_id": DOMAIN, "source_vpc_id": GROUP_VPC}})
}

/// Creates a group, and gives its ID.
#[track_caller]
fn create_group(client: &mut Client) -> String {
    let accepted = client.tell("POST", "/server-groups", &new_group());
    let group = client.wait(&accepted)["server_group_id"].clone();
    group.as_str().expect("an ID").to_owned()
}

/// Creates an instance of this server in a group, and gives its path and that of its pair.
#[track_caller]
fn create_instance(client: &mut Client, group: &str, server: &str) -> (String, String) {
    let new = json!({"protected_instance": {"server_group_id": group, "server_id": server, "name": "mine"}});
    let accepted = client.tell("POST", "/protected-instances", &new);
    let instance = client.wait(&accepted)["protected_instance_id"].clone();
    let instance = format!("/protected-instances/{}", instance.as_str().expect("an ID"));
    let attached = client.one(&instance)["attachment"].clone();
    assert_eq!(attached.as_array().map(Vec::len), Some(1), "one for the system disk");
    let pair = attached[0]["replication"].as_str().expect("an ID");
    (instance, format!("/replications/{pair}"))
}
