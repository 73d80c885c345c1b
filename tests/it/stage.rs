//! Worlds that are made for one test: groups, instances, pairs and drills in whatever status it takes.

use std::sync::atomic::{AtomicUsize, Ordering};

use sdrs_mock::Config;
use sdrs_mock::api::error::Dialect;
use sdrs_mock::config::JobDuration;
use sdrs_mock::domain::plan::Progression;
use serde_json::{Value, json};

use crate::support::files::Folder;
use crate::support::{Answer, World, below_project};

/// The network of every group here.
pub const GROUP_VPC: &str = "046852ef-c49d-409b-8389-546aaaa5701f";
/// The domain of every group here.
pub const DOMAIN: &str = "fb4bb8e3-a574-4437-a156-78c916aeea4d";
/// When everything here was created.
const CREATED: &str = "2019-05-22 08:16:54.413";

pub fn group_id(n: usize) -> String {
    format!("aaaaaaaa-0000-4000-8000-{n:012}")
}

pub fn instance_id(n: usize) -> String {
    format!("11111111-0000-4000-8000-{n:012}")
}

pub fn pair_id(n: usize) -> String {
    format!("bbbbbbbb-0000-4000-8000-{n:012}")
}

pub fn drill_id(n: usize) -> String {
    format!("dddddddd-0000-4000-8000-{n:012}")
}

/// A network that no group has.
pub fn vpc_id(n: usize) -> String {
    format!("cccccccc-0000-4000-8000-{n:012}")
}

/// The server of the n-th instance at the `source` or the `target` site.
pub fn server_id(n: usize, site: &str) -> String {
    let digit = if site == "source" { 5 } else { 7 };
    format!("{digit}0000000-0000-4000-8000-{n:012}")
}

/// The n-th group, its production site the one that it was created with.
pub fn group(n: usize, status: &str) -> Value {
    json!({
        "id": group_id(n), "name": format!("group-{n}"), "description": null,
        "source_availability_zone": "cn-north-1a", "target_availability_zone": "cn-north-1b",
        "domain_id": DOMAIN, "status": status, "progress": 0, "priority_station": "source",
        "source_vpc_id": GROUP_VPC, "target_vpc_id": GROUP_VPC,
        "created_at": CREATED, "updated_at": CREATED,
    })
}

/// The n-th instance in a group, these pairs attached to it.
pub fn instance(n: usize, group: usize, status: &str, pairs: &[usize]) -> Value {
    let attached = |(place, pair): (usize, &usize)| {
        let device = format!("/dev/vd{}", ["a", "b", "c", "d"][place]);
        json!({"replication": pair_id(*pair), "device": device})
    };
    json!({
        "id": instance_id(n), "name": format!("instance-{n}"), "description": null,
        "server_group_id": group_id(group), "status": status, "progress": 0,
        "source_server": server_id(n, "source"), "target_server": server_id(n, "target"),
        "created_at": CREATED, "updated_at": CREATED, "priority_station": "source",
        "attachment": pairs.iter().enumerate().map(attached).collect::<Vec<_>>(),
        "tags": [], "metadata": {},
    })
}

/// The n-th pair in a group.
pub fn pair(n: usize, group: usize, status: &str) -> Value {
    json!({
        "id": pair_id(n), "name": format!("pair-{n}"), "description": null, "status": status, "progress": 0,
        "replication_status": "active-stopped", "server_group_id": group_id(group),
        "volume_ids": format!("30000000-0000-4000-8000-{n:012},40000000-0000-4000-8000-{n:012}"),
        "priority_station": "source", "fault_level": "0",
        "created_at": "2019-05-22T08:16:54.413000", "updated_at": "2019-05-22T08:16:54.413000",
        "record_metadata": {"multiattach": false, "bootable": false, "volume_size": 10, "volume_type": "SATA"},
    })
}

/// The n-th drill of a group, in a network of its own.
pub fn drill(n: usize, group: usize, status: &str) -> Value {
    json!({
        "id": drill_id(n), "name": format!("drill-{n}"), "status": status, "server_group_id": group_id(group),
        "drill_vpc_id": vpc_id(n), "created_at": CREATED, "updated_at": CREATED, "drill_servers": [],
    })
}

/// The row with one member changed.
pub fn but(mut row: Value, member: &str, value: impl Into<Value>) -> Value {
    row[member] = value.into();
    row
}

/// A server whose projects all start from this template.
pub fn world(template: &Value, config: Config) -> World {
    static MADE: AtomicUsize = AtomicUsize::new(0);
    let folder = Folder::new(&format!("stage-{}", MADE.fetch_add(1, Ordering::Relaxed)));
    let fixture = json!({"schema_version": 1, "template": template});
    let fixtures = vec![folder.write("world.json", fixture)];
    World::with(Config { fixtures, ..config })
}

/// Speaks this dialect.
pub fn speaking(dialect: Dialect) -> Config {
    Config {
        dialect,
        ..Config::test()
    }
}

/// Ends no job.
pub fn manual(dialect: Dialect) -> Config {
    Config {
        job_duration: JobDuration(Progression::Manual),
        ..speaking(dialect)
    }
}

/// Ends jobs with the n-th look.
pub fn polls(n: u32) -> Config {
    Config {
        job_duration: JobDuration(Progression::Polls { n }),
        ..Config::test()
    }
}

impl World {
    /// Sends a request to a path below the project, its body declared as JSON.
    pub fn tell(&self, method: &str, path: &str, body: impl ToString) -> Answer {
        let declared = ["Content-Type: application/json"];
        self.ask(method, &below_project(path), &declared, body.to_string())
    }

    /// Asks for an action of a group by a body with this one member.
    pub fn act(&self, group: &str, key: &str, inner: Value) -> Answer {
        let path = format!("/server-groups/{group}/action");
        self.tell("POST", &path, json!({ key: inner }))
    }

    /// The one resource of an answer, without its wrapper.
    #[track_caller]
    pub fn one(&self, path: &str) -> Value {
        let answer = self.ask_for(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        let mut json = answer.json();
        let wrapper = json.as_object_mut().expect("an object");
        assert_eq!(wrapper.len(), 1, "{wrapper:?}");
        wrapper.values_mut().next().expect("one member").take()
    }

    /// The n-th group of the fixture.
    #[track_caller]
    pub fn group(&self, n: usize) -> Value {
        self.one(&format!("/server-groups/{}", group_id(n)))
    }

    /// The n-th instance of the fixture.
    #[track_caller]
    pub fn instance(&self, n: usize) -> Value {
        self.one(&format!("/protected-instances/{}", instance_id(n)))
    }

    /// The n-th pair of the fixture.
    #[track_caller]
    pub fn pair(&self, n: usize) -> Value {
        self.one(&format!("/replications/{}", pair_id(n)))
    }

    /// The n-th drill of the fixture.
    #[track_caller]
    pub fn drill(&self, n: usize) -> Value {
        self.one(&format!("/disaster-recovery-drills/{}", drill_id(n)))
    }

    /// The job as it is at this look.
    #[track_caller]
    pub fn job(&self, id: &str) -> Value {
        let answer = self.ask_for(&format!("/jobs/{id}"));
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    /// All that lists show, to the byte.
    pub fn all(&self) -> String {
        [
            "/server-groups",
            "/replications",
            "/disaster-recovery-drills",
            "/sdrs/quotas",
        ]
        .map(|path| self.ask_for(path).body)
        .join("\n")
    }

    /// Does something that must change nothing.
    #[track_caller]
    pub fn stays<R>(&self, what: impl FnOnce(&Self) -> R) -> R {
        let before = self.all();
        let result = what(self);
        assert_eq!(self.all(), before, "the state changed");
        result
    }
}

impl Answer {
    /// The ID of the job that an answer of exactly 200 announces and nothing else.
    #[track_caller]
    pub fn job_id(&self) -> String {
        assert_eq!(self.status, 200, "{}", self.body);
        let json = self.json();
        let members: Vec<_> = json.as_object().expect("an object").keys().collect();
        assert_eq!(members, ["job_id"]);
        let id = json["job_id"].as_str().expect("a text").to_owned();
        assert!(id.len() == 32 && id.bytes().all(|b| b.is_ascii_alphanumeric()), "{id}");
        id
    }

    /// The code of a refusal, or the status of a success.
    pub fn verdict(&self) -> String {
        if self.status == 200 {
            return "200".to_owned();
        }
        let json = self.json();
        let envelope = json.as_object().expect("an object").values().next().expect("one kind");
        envelope["code"].as_str().unwrap_or_default().to_owned()
    }
}
