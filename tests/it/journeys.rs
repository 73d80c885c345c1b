//! Whole stories, told twice: with the same seed every byte of every answer but its `Date` is the same.

use std::fmt::Write;

use sdrs_mock::Config;
use serde_json::{Value, json};

use crate::stage::{DOMAIN, GROUP_VPC, polls};
use crate::support::{Answer, World};

/// A group of the built-in world that has an instance and a pair, available, with its production at the target site.
const SWITCHED: &str = "943c7d15-0371-4b89-b1a6-db1ef35c9263";
const PAIR: &str = "6568f7c4-0510-4f39-929d-8ffccbd4fd47";
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
        let answer = self.world.tell(method, path, body);
        // `Date` is the machine's clock, the rest is the project's.
        let mut headers = answer.headers.clone();
        headers.remove("Date");
        let (status, body) = (answer.status, &answer.body);
        writeln!(self.heard, "{method} {path}: {status} {headers:?} {body}").expect("a text takes every line");
        answer
    }

    fn get(&mut self, path: &str) -> Answer {
        self.tell("GET", path, &Value::Null)
    }

    /// The one resource at a path.
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

    /// Waits for a job as clients do, and gives what it is about.
    fn wait(&mut self, accepted: &Answer) -> Value {
        let path = format!("/jobs/{}", accepted.job_id());
        for _ in 0..10 {
            let job = self.get(&path).json();
            if job["status"] == "SUCCESS" {
                return job["entities"].clone();
            }
        }
        panic!("{path} does not end");
    }

    /// Looks at everything that lists show.
    fn look_around(&mut self) {
        for path in [
            "/server-groups",
            "/replications",
            "/disaster-recovery-drills",
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
    assert!(first.contains("x-request-id"), "{first}");
    assert_eq!(first, second);
}

fn fail_over_and_return(client: &mut Client) {
    let group = format!("/server-groups/{SWITCHED}");
    for (key, inner, status, station) in [
        ("start", json!({}), "protected", "target"),
        ("failover", json!({}), "failed-over", "source"),
        ("start", json!({}), "protected", "source"),
        ("reverse", json!({"priority_station": "target"}), "protected", "target"),
    ] {
        let key = format!("{key}-server-group");
        let accepted = client.tell("POST", &format!("{group}/action"), &json!({ key: inner }));
        assert_eq!(client.wait(&accepted)["server_group_id"], SWITCHED);
        for path in [&group, &format!("/replications/{PAIR}")] {
            let row = client.one(path);
            assert_eq!(
                (&row["status"], &row["priority_station"]),
                (&json!(status), &json!(station)),
                "{path}"
            );
        }
        client.look_around();
    }
    let new = json!({"disaster_recovery_drill": {"server_group_id": SWITCHED, "name": "rehearsal"}});
    let accepted = client.tell("POST", "/disaster-recovery-drills", &new);
    let drill = client.wait(&accepted)["disaster_recovery_drill_id"].clone();
    let drill = client.one(&format!(
        "/disaster-recovery-drills/{}",
        drill.as_str().expect("a text")
    ));
    assert_eq!(drill["drill_servers"].as_array().map(Vec::len), Some(1));
}

#[test]
fn enable_fail_over_reprotect_and_return() {
    twice(&Config::test(), fail_over_and_return);
    twice(&polls(3), fail_over_and_return);
}

/// Puts a protected instance into a new group, takes both to the other site and back, and says where it is.
fn protect(client: &mut Client, id: &str) -> String {
    let group = format!("/server-groups/{id}");
    let start = json!({"start-server-group": {}});
    let empty = client.tell("POST", &format!("{group}/action"), &start);
    assert_eq!(empty.verdict(), "SDRS.1002", "there is nothing to protect yet");
    let new = json!({"server_group_id": id, "server_id": SERVER, "name": "mine"});
    let new = json!({ "protected_instance": new });
    let accepted = client.tell("POST", "/protected-instances", &new);
    let instance = client.wait(&accepted)["protected_instance_id"].clone();
    let instance = format!("/protected-instances/{}", instance.as_str().expect("a text"));
    for (key, inner, status, station) in [
        ("start", json!({}), "protected", "source"),
        ("failover", json!({}), "failed-over", "target"),
        ("start", json!({}), "protected", "target"),
        ("reverse", json!({"priority_station": "source"}), "protected", "source"),
        ("stop", json!({}), "available", "source"),
    ] {
        let key = format!("{key}-server-group");
        let accepted = client.tell("POST", &format!("{group}/action"), &json!({ key: inner }));
        let about = client.wait(&accepted);
        assert_eq!(about["sub_jobs"].as_array().map(Vec::len), Some(1), "one for the pair");
        for path in [&group, &instance] {
            let row = client.one(path);
            assert_eq!(
                (&row["status"], &row["priority_station"]),
                (&json!(status), &json!(station)),
                "{path}"
            );
        }
    }
    let row = client.one(&group);
    assert_eq!(
        (&row["protected_instance_num"], &row["replication_num"]),
        (&json!(1), &json!(1))
    );
    instance
}

fn from_creation_to_deletion(client: &mut Client) {
    let new = json!({"name": "mine", "source_availability_zone": "cn-north-1a",
        "target_availability_zone": "cn-north-1b", "domain_id": DOMAIN, "source_vpc_id": GROUP_VPC});
    let accepted = client.tell("POST", "/server-groups", &json!({ "server_group": new }));
    let list = client.get("/server-groups?name=mine").json();
    let id = list["server_groups"][0]["id"].as_str().expect("a text").to_owned();
    let group = format!("/server-groups/{id}");
    let new = json!({"disaster_recovery_drill": {"server_group_id": id, "name": "rehearsal"}});
    let drills = "/disaster-recovery-drills";
    assert_eq!(
        client.tell("POST", drills, &new).verdict(),
        "SDRS.1002",
        "the group is creating"
    );
    assert_eq!(client.wait(&accepted)["server_group_id"], id);

    let instance = protect(client, &id);
    let accepted = client.tell("POST", drills, &new);
    let drill = client.wait(&accepted)["disaster_recovery_drill_id"].clone();
    let drill = format!("{drills}/{}", drill.as_str().expect("a text"));
    assert_eq!(client.one(&drill)["drill_servers"].as_array().map(Vec::len), Some(1));
    assert_eq!(client.tell("DELETE", &group, &Value::Null).verdict(), "SDRS.1001");
    let accepted = client.tell("DELETE", &instance, &Value::Null);
    client.wait(&accepted);
    assert_eq!(client.get(&instance).verdict(), "SDRS.1320");
    assert_eq!(client.tell("DELETE", &group, &Value::Null).verdict(), "SDRS.1003");
    for (path, wrapper) in [(&drill, "disaster_recovery_drill"), (&group, "server_group")] {
        let renamed = client.tell("PUT", path, &json!({ wrapper: {"name": "renamed"} }));
        assert_eq!(renamed.json()[wrapper]["name"], "renamed");
    }
    client.look_around();
    assert_eq!(client.one(&group)["disaster_recovery_drill_num"], 1);

    for (path, code) in [(&drill, "SDRS.1902"), (&group, "SDRS.1013")] {
        let accepted = client.tell("DELETE", path, &Value::Null);
        client.wait(&accepted);
        assert_eq!(client.get(path).verdict(), code);
        assert_eq!(client.tell("DELETE", path, &Value::Null).verdict(), code);
    }
}

#[test]
fn a_group_with_its_instance_and_its_drill_from_creation_to_deletion() {
    twice(&polls(2), from_creation_to_deletion);
}
