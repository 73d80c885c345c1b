//! Protected instances, on a world of their own: two groups, three instances, five pairs, and an inventory.

mod attach;
mod batch;
mod batch_refusals;
mod create;
mod create_refusals;
mod delete;
mod failures;
mod journey;
mod list;
mod nic;
mod resize;
mod shared_disks;
mod states;

use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::Method;
use sdrs_mock::Config;
use sdrs_mock::api::error::Dialect;
use sdrs_mock::config::JobDuration;
use sdrs_mock::domain::code::Code;
use sdrs_mock::domain::plan::Progression;
use serde_json::{Value, json};

use crate::support::{Answer, World, send};

/// A group without anything wrong, `available`, its production site the original one.
pub const GROUP: &str = "10000000-0000-4000-8000-000000000001";
/// Another such group.
pub const OTHER_GROUP: &str = "10000000-0000-4000-8000-000000000002";
/// An instance of [`GROUP`] with a system disk and a data disk.
pub const INSTANCE: &str = "20000000-0000-4000-8000-000000000001";
/// Another instance of [`GROUP`], with a share of [`SHARED_PAIR`].
pub const NEIGHBOUR: &str = "20000000-0000-4000-8000-000000000002";
/// An instance of [`OTHER_GROUP`].
pub const STRANGER: &str = "20000000-0000-4000-8000-000000000003";
/// The pair of the system disk of [`INSTANCE`].
pub const SYSTEM_PAIR: &str = "30000000-0000-4000-8000-000000000001";
/// The pair of its data disk.
pub const DATA_PAIR: &str = "30000000-0000-4000-8000-000000000002";
/// A pair of [`GROUP`] that is attached to nothing.
pub const FREE_PAIR: &str = "30000000-0000-4000-8000-000000000003";
/// A shared pair of [`GROUP`] that [`NEIGHBOUR`] has as `/dev/vdb`.
pub const SHARED_PAIR: &str = "30000000-0000-4000-8000-000000000004";
/// A pair of [`OTHER_GROUP`] that is attached to nothing.
pub const STRANGE_PAIR: &str = "30000000-0000-4000-8000-000000000005";
/// The production server of [`INSTANCE`].
pub const SOURCE: &str = "40000000-0000-4000-8000-000000000001";
/// The DR server of [`INSTANCE`].
pub const TARGET: &str = "40000000-0000-4000-8000-000000000002";
/// A server that no instance has and no inventory lists.
pub const SERVER: &str = "40000000-0000-4000-8000-00000000000a";
/// The VPC of both groups.
pub const VPC: &str = "50000000-0000-4000-8000-000000000001";
/// A subnet of that VPC.
pub const SUBNET: &str = "60000000-0000-4000-8000-000000000001";
/// A NIC of [`SOURCE`].
pub const NIC: &str = "70000000-0000-4000-8000-000000000001";
/// The primary NIC of [`SOURCE`].
pub const PRIMARY_NIC: &str = "70000000-0000-4000-8000-000000000002";

/// Where protected instances are below their project.
pub const INSTANCES: &str = "/protected-instances";

/// The path of an instance, or of something below it.
pub fn at(id: &str, rest: &str) -> String {
    format!("{INSTANCES}/{id}{rest}")
}

/// A protection group in this status.
pub fn group(id: &str, status: &str) -> Value {
    json!({
        "id": id, "name": "group", "description": null, "status": status, "progress": 0,
        "source_availability_zone": "zone-a", "target_availability_zone": "zone-b",
        "domain_id": "fb4bb8e3-a574-4437-a156-78c916aeea4d", "priority_station": "source",
        "source_vpc_id": VPC, "target_vpc_id": VPC,
        "created_at": "2025-01-01 00:00:00.000", "updated_at": "2025-01-01 00:00:00.000",
    })
}

/// A protected instance in this status, with these pairs on these devices.
pub fn instance(id: &str, group: &str, status: &str, servers: [&str; 2], attached: &[(&str, &str)]) -> Value {
    let attachment: Vec<_> = attached
        .iter()
        .map(|(pair, device)| json!({"replication": pair, "device": device}))
        .collect();
    json!({
        "id": id, "name": "instance", "description": null, "server_group_id": group, "status": status, "progress": 0,
        "source_server": servers[0], "target_server": servers[1], "priority_station": "source",
        "attachment": attachment, "tags": [], "metadata": {},
        "created_at": "2025-01-01 00:00:00.000", "updated_at": "2025-01-01 00:00:00.000",
    })
}

/// A replication pair in this status.
pub fn pair(id: &str, group: &str, status: &str, disk: &str) -> Value {
    json!({
        "id": id, "name": "pair", "description": null, "server_group_id": group, "status": status, "progress": 0,
        "replication_status": "inactive", "priority_station": "source", "fault_level": "0",
        "volume_ids": format!("80000000-0000-4000-8000-{0},90000000-0000-4000-8000-{0}", &id[24..]),
        "created_at": "2025-01-01T00:00:00.000000", "updated_at": "2025-01-01T00:00:00.000000",
        "record_metadata": {
            "multiattach": disk == "shared", "bootable": disk == "system", "volume_size": 40, "volume_type": "SAS",
        },
    })
}

/// The world of these tests, its rows in these statuses.
pub fn rows(group_status: &str, instance_status: &str, pair_status: &str) -> Value {
    let stranger_servers = [
        "40000000-0000-4000-8000-000000000005",
        "40000000-0000-4000-8000-000000000006",
    ];
    let neighbour_servers = [
        "40000000-0000-4000-8000-000000000003",
        "40000000-0000-4000-8000-000000000004",
    ];
    json!({
        "server_groups": [group(GROUP, group_status), group(OTHER_GROUP, "available")],
        "protected_instances": [
            instance(INSTANCE, GROUP, instance_status, [SOURCE, TARGET],
                &[(SYSTEM_PAIR, "/dev/vda"), (DATA_PAIR, "/dev/vdb")]),
            instance(NEIGHBOUR, GROUP, "available", neighbour_servers, &[(SHARED_PAIR, "/dev/vdb")]),
            instance(STRANGER, OTHER_GROUP, "available", stranger_servers, &[]),
        ],
        "replications": [
            pair(SYSTEM_PAIR, GROUP, "available", "system"),
            pair(DATA_PAIR, GROUP, pair_status, "data"),
            pair(FREE_PAIR, GROUP, pair_status, "data"),
            pair(SHARED_PAIR, GROUP, "available", "shared"),
            pair(STRANGE_PAIR, OTHER_GROUP, "available", "data"),
        ],
        "disaster_recovery_drills": [],
        "inventory": {
            "servers": [{"id": SOURCE, "flavor": "s2.large", "nics": [
                {"id": PRIMARY_NIC, "subnet_id": SUBNET, "ip": "192.168.0.10", "primary": true},
                {"id": NIC, "subnet_id": SUBNET, "ip": "192.168.0.11"},
            ]}],
            "vpcs": [
                {"id": VPC, "subnets": [{"id": SUBNET, "cidr": "192.168.0.0/24"}]},
                {"id": "50000000-0000-4000-8000-000000000002",
                 "subnets": [{"id": "60000000-0000-4000-8000-000000000002", "cidr": "10.0.0.0/24"}]},
            ],
        },
    })
}

/// The usual world: everything `available`.
pub fn usual() -> Value {
    rows("available", "available", "available")
}

/// A server that starts from these rows.
pub fn start(rows: &Value, config: Config) -> World {
    start_from(&json!({"schema_version": 1, "template": rows}), config)
}

/// A server that starts from this fixture.
pub fn start_from(fixture: &Value, config: Config) -> World {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let (process, number) = (std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let path = std::env::temp_dir().join(format!("sdrs-mock-instances-{process}-{number}.json"));
    std::fs::write(&path, fixture.to_string()).expect("the folder for temporary files is writable");
    let fixtures = vec![path.clone()];
    let world = World::with(Config { fixtures, ..config });
    std::fs::remove_file(path).expect("the file was just written");
    world
}

/// The usual world in this dialect.
pub fn speaking(dialect: Dialect) -> World {
    start(
        &usual(),
        Config {
            dialect,
            ..Config::test()
        },
    )
}

/// A configuration in which jobs end when they are told to, so that readers see what goes on.
pub fn manual() -> Config {
    let job_duration = JobDuration(Progression::Manual);
    Config {
        job_duration,
        ..Config::test()
    }
}

impl World {
    /// Sends a request with a JSON body.
    pub async fn call(&self, method: Method, path: &str, body: &Value) -> Answer {
        let request = self.request(method, path).header("Content-Type", "application/json");
        send(request.body(body.to_string())).await
    }

    /// Sends a POST with a JSON body.
    pub async fn post_json(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, &body).await
    }

    /// Sends a DELETE without a body.
    pub async fn delete(&self, path: &str) -> Answer {
        send(self.request(Method::DELETE, path)).await
    }

    /// The job that an answer announces, as it is now.
    pub async fn job_of(&self, answer: &Answer) -> Value {
        assert!(matches!(answer.status, 200 | 202), "{} {}", answer.status, answer.body);
        let id = answer.json()["job_id"].as_str().expect("a job ID").to_owned();
        self.get(&format!("/jobs/{id}")).await.json()
    }

    /// The same, after it succeeded.
    pub async fn done(&self, answer: &Answer) -> Value {
        let job = self.job_of(answer).await;
        assert_eq!(job["status"], "SUCCESS", "{job}");
        job
    }

    /// What a path shows, without the member that wraps it.
    pub async fn see(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let json = answer.json();
        let members = json.as_object().expect("an object");
        members.values().next().expect("a wrapper").clone()
    }

    /// The names of all instances and all pairs, to see that nothing came or went.
    pub async fn inhabitants(&self) -> Value {
        self.get(INSTANCES).await.json()
    }
}

impl Answer {
    /// Asserts that a rule refused the request with this code and the catalogue's message.
    #[track_caller]
    pub fn is_refused_with(&self, dialect: Dialect, code: &str) {
        let message = message(code);
        self.is_refused(dialect, code, message);
    }

    /// Asserts that the thing in the URL does not exist.
    #[track_caller]
    pub fn is_absent_with(&self, dialect: Dialect, code: &str) {
        self.is_absent(dialect, code, message(code));
    }

    /// The code of an error, whatever its envelope; empty for an answer of success.
    pub fn code(&self) -> String {
        let json = self.json();
        let kinds = json.as_object().expect("an object");
        let code = kinds.values().find_map(|kind| kind["code"].as_str());
        code.unwrap_or_default().to_owned()
    }
}

/// The catalogue's message of a code.
pub fn message(code: &str) -> &'static str {
    let entries = Code::ALL.iter().map(|code| code.entry());
    entries
        .into_iter()
        .find(|entry| entry.code == code)
        .expect("a documented code")
        .message
}
