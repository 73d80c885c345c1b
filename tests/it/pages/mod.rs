//! All six lists by one table: what each shows, in a world of this folder's own.

mod ids;
mod paging;

use serde_json::{Value, json};

use crate::made::{but, disk_id, group, group_id, id, instance, instance_id, pair};
use crate::support::{Answer, World};

/// A list of the world of this file, each row known by the last character of its ID.
struct List {
    path: &'static str,
    collection: &'static str,
    /// What every query here has: the list of failed jobs shows those of one group.
    base: String,
    /// All its rows, in their order.
    all: &'static str,
    /// The rows that a filter admits. Of one family only one counts, so filters of one are not combined.
    filters: Vec<(&'static str, String, &'static str)>,
}

const VPC_X: &str = "cccccccc-0000-4000-8000-000000000001";
const VPC_Y: &str = "cccccccc-0000-4000-8000-000000000002";

fn drill_id(n: usize) -> String {
    id(0xf, n)
}

fn record(n: usize, name: &str, kind: &str, failure_status: &str) -> Value {
    json!({"group": group_id(1), "job": {
        "job_status": "FAIL", "resource_id": id(0x1c, n), "resource_name": name, "resource_type": kind,
        "failure_status": failure_status, "job_id": format!("{n:032}"), "job_type": "createProtectedInstanceNoCG",
        "begin_time": "2025-01-01T00:00:00.000Z", "error_code": "EVS.2024", "fail_reason": "volume is error!",
    }})
}

fn template() -> Value {
    let named = |row: Value, name: &str| but(row, json!({ "name": name }));
    let switched = |row: Value| but(row, json!({"priority_station": "target"}));
    let drill = |n: usize, name: &str, group: usize, status: &str, vpc: &str| {
        let at = "2025-12-01 00:00:00.000";
        json!({"id": drill_id(n), "name": name, "status": status, "server_group_id": group_id(group),
            "drill_vpc_id": vpc, "created_at": at, "updated_at": at, "drill_servers": []})
    };
    let point = |n: usize| {
        let at = format!("2019-01-21 01:0{n}:00.000");
        json!({"id": id(0x1d, n), "point_time": format!("2019-01-21 01:0{n}"), "resource_num": 1,
            "resource_type": "replication", "created_at": at, "updated_at": at})
    };
    json!({
        "server_groups": [
            named(group(1, "available"), "web-a"), named(group(2, "protected"), "web-b"),
            named(switched(group(3, "failed-over")), "db-c"), named(group(4, "error-starting"), "db-d"),
            named(switched(group(5, "protected")), "Web-e"),
        ],
        "protected_instances": [
            named(instance(1, 1, "available", &[1]), "app-a"), named(instance(2, 1, "fault", &[]), "app-b"),
            named(instance(3, 2, "protected", &[3, 4]), "job-c"), named(switched(instance(4, 3, "failed-over", &[])), "job-d"),
            named(instance(5, 2, "invalid", &[]), "app-e"), named(switched(instance(6, 5, "protected", &[6])), "app-f"),
        ],
        "replications": [
            named(pair(1, 1, "available"), "data-a"), named(pair(2, 1, "fault"), "data-b"),
            named(pair(3, 2, "protected"), "root-c"), named(pair(4, 2, "invalid"), "root-d"),
            named(switched(pair(5, 3, "failed-over")), "data-e"), named(switched(pair(6, 5, "protected")), "root-f"),
        ],
        "disaster_recovery_drills": [
            drill(1, "run-a", 1, "available", VPC_X), drill(2, "try-b", 1, "error", VPC_Y),
            drill(3, "run-c", 2, "available", VPC_X), drill(4, "run-d", 2, "available", VPC_Y),
            drill(5, "try-e", 1, "available", VPC_X),
        ],
        "failure_jobs": [
            record(1, "thing-a", "server_groups", "startFail"), record(2, "thing-b", "protected_instances", "resizeFail"),
            record(3, "thing-a", "replications", "expandFail"), record(4, "thing-b", "server_groups", "deleteFail"),
            record(5, "thing-a", "replications", "deleteFail"),
        ],
        "rpo_statistics": [point(6), point(5), point(4), point(3), point(2), point(1)],
    })
}

/// Splits `name=value` off as a family of its own, for filters that always count.
fn alone(filters: &[(&'static str, &'static str)]) -> Vec<(&'static str, String, &'static str)> {
    let family = |query: &'static str| query.split('=').next().unwrap_or_default();
    filters
        .iter()
        .map(|&(query, rows)| (family(query), query.to_owned(), rows))
        .collect()
}

fn groups() -> List {
    List {
        path: "/server-groups",
        collection: "server_groups",
        base: String::new(),
        all: "12345",
        filters: alone(&[
            ("status=protected", "25"),
            ("name=web", "12"),
            ("query_type=status_abnormal", "4"),
            ("query_type=stop_protected", "134"),
            ("query_type=period_no_dr_drill", "345"),
            ("availability_zone=az1", "124"),
            ("availability_zone=az2", "35"),
        ]),
    }
}

fn instances() -> List {
    let (one, two) = (group_id(1), group_id(2));
    let three = [2, 3, 4].map(instance_id).join(",");
    let mut filters = alone(&[
        ("status=protected", "36"),
        ("name=app", "1256"),
        ("query_type=status_abnormal", "25"),
        ("availability_zone=az1", "1235"),
        ("availability_zone=az2", "46"),
    ]);
    filters.extend([
        ("ids", format!("server_group_id={two}"), "35"),
        ("ids", format!("server_group_ids=[{one},{two}]"), "1235"),
        ("ids", format!("protected_instance_ids=[{three}]"), "234"),
    ]);
    List {
        path: "/protected-instances",
        collection: "protected_instances",
        base: String::new(),
        all: "123456",
        filters,
    }
}

fn pairs() -> List {
    let (one, two) = (group_id(1), group_id(2));
    let (first, third) = (instance_id(1), instance_id(3));
    let mut filters = alone(&[
        ("status=protected", "36"),
        ("name=root", "346"),
        ("query_type=status_abnormal", "24"),
        ("availability_zone=az1", "1234"),
        ("availability_zone=az2", "56"),
    ]);
    filters.extend([
        ("groups", format!("server_group_id={two}"), "34"),
        ("groups", format!("server_group_ids=[{one},{two}]"), "1234"),
        ("instances", format!("protected_instance_id={third}"), "34"),
        ("instances", format!("protected_instance_ids=[{first},{third}]"), "134"),
        ("volume_id", format!("volume_id={}", disk_id(3)), "3"),
    ]);
    List {
        path: "/replications",
        collection: "replications",
        base: String::new(),
        all: "123456",
        filters,
    }
}

fn drills() -> List {
    let mut filters = alone(&[("status=available", "1345"), ("name=run", "134")]);
    filters.extend([
        ("group", format!("server_group_id={}", group_id(1)), "125"),
        ("vpc", format!("drill_vpc_id={VPC_X}"), "135"),
    ]);
    List {
        path: "/disaster-recovery-drills",
        collection: "disaster_recovery_drills",
        base: String::new(),
        all: "12345",
        filters,
    }
}

fn failures() -> List {
    List {
        path: "/task-center/failure-jobs",
        collection: "failure_jobs",
        base: format!("server_group_id={}", group_id(1)),
        all: "12345",
        filters: alone(&[
            ("failure_status=deleteFail", "45"),
            ("failure_status=expandFail", "3"),
            ("resource_name=thing-a", "135"),
            ("resource_type=replications", "35"),
            ("resource_type=server_groups", "14"),
        ]),
    }
}

fn statistics() -> List {
    List {
        path: "/resource/rpo-statistics",
        collection: "resource_rpo_statistics",
        base: String::new(),
        all: "654321",
        filters: alone(&[
            ("start_time=2019-01-21%2001:03:00.000", "6543"),
            ("end_time=2019-01-21%2001:04:00.000", "4321"),
            ("resource_type=replication", "654321"),
        ]),
    }
}

fn lists() -> [List; 6] {
    [groups(), instances(), pairs(), drills(), failures(), statistics()]
}

impl List {
    fn ask(&self, world: &World, query: &str) -> Answer {
        world.ask_for(&format!("{}?{}&{query}", self.path, self.base))
    }

    /// The IDs on a page, and how many rows there are on all pages.
    #[track_caller]
    fn ids(&self, world: &World, query: &str) -> (Vec<String>, u64) {
        let answer = self.ask(world, query);
        assert_eq!(answer.status, 200, "{} {query}: {}", self.path, answer.body);
        let json = answer.json();
        let rows = json[self.collection].as_array().expect("a list");
        let member = if self.collection == "failure_jobs" {
            "job_id"
        } else {
            "id"
        };
        let ids = rows.iter().map(|row| row[member].as_str().expect("an ID").to_owned());
        (ids.collect(), json["count"].as_u64().expect("a number"))
    }

    /// Asserts which rows a query shows, and how many it counts.
    #[track_caller]
    fn shows(&self, world: &World, query: &str, rows: &str, count: usize) {
        let (ids, counted) = self.ids(world, query);
        let shown: String = ids.iter().filter_map(|id| id.chars().last()).collect();
        assert_eq!((&*shown, counted), (rows, count as u64), "{} {query}", self.path);
    }
}
