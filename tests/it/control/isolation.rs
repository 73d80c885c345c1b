//! Many tests at once against one server, each in a project of its own: none meets another.

use std::collections::HashSet;
use std::time::Duration;

use sdrs_mock::domain::plan::Progression;
use sdrs_mock::store::faults::Fault;
use sdrs_mock::store::job_rules::JobRule;
use serde_json::{Value, json};

use super::rules::{after, failing};
use crate::support::{Answer, DRILL, World, drill};

const TESTS: usize = 64;
const DRILLS: &str = "/disaster-recovery-drills";
const GROUP: &str = "c2aee29a-2959-4d01-9755-01cc76a4d17d";

/// One test among many: its project, its time, and how its jobs go.
struct Test<'w> {
    world: &'w World,
    n: usize,
}

impl Test<'_> {
    fn project(&self) -> String {
        format!("test-{}", self.n)
    }

    fn ask(&self, method: &str, path: &str, body: impl ToString) -> Answer {
        let target = format!("/v1/{}{path}", self.project());
        self.world
            .ask(method, &target, &["Content-Type: application/json"], body.to_string())
    }

    /// Four kinds of jobs, by turns.
    fn rule(&self) -> JobRule {
        match self.n % 4 {
            0 => JobRule::lasting(Progression::Polls { n: 2 }),
            1 => JobRule::lasting(after(30)),
            2 => JobRule::lasting(Progression::Manual),
            _ => JobRule::ending(failing(Some("EVS.2024"), None)).of_type("createDisasterRecoveryDrill"),
        }
    }

    /// Looks at a job until it has ended, doing what its rule takes; its statuses.
    fn end(&self, job: &str) -> Vec<String> {
        let control = self.world.server.control().project(self.project());
        let mut statuses = Vec::new();
        for _ in 0..3 {
            let status = self.ask("GET", &format!("/jobs/{job}"), "").json()["status"].clone();
            statuses.push(status.as_str().expect("a text").to_owned());
            if matches!(statuses.last().map(String::as_str), Some("SUCCESS" | "FAIL")) {
                break;
            }
            match self.n % 4 {
                1 => drop(control.advance(Duration::from_secs(30)).expect("turned")),
                2 => drop(control.complete(job).expect("told")),
                _ => {}
            }
        }
        statuses
    }

    /// The whole journey; the jobs that it started.
    fn run(&self) -> Vec<String> {
        let control = self.world.server.control().project(self.project());
        control
            .freeze(&format!("{}-01-01T00:00:00Z", 2000 + self.n))
            .expect("frozen");
        control.rule(&self.rule()).expect("a rule");
        control
            .arm(&Fault::error(503).on("UpdateDisasterRecoveryDrillName").first(1))
            .expect("armed");
        let name = format!("drill-{}", self.n);
        let new =
            json!({"server_group_id": GROUP, "name": name, "drill_vpc_id": "99999999-0000-4000-8000-000000000000"});
        let created = self
            .ask("POST", DRILLS, json!({ "disaster_recovery_drill": new }))
            .job_id();
        let statuses = self.end(&created);
        let expected: &[&str] = if self.n % 4 == 3 {
            &["FAIL"]
        } else {
            &["INIT", "SUCCESS"]
        };
        assert_eq!(statuses, expected, "{}", self.project());
        let list = self.ask("GET", DRILLS, "").json();
        assert_eq!(
            (&list["count"], &list["disaster_recovery_drills"][0]["name"]),
            (&json!(3), &json!(name))
        );
        let year = format!("{}-01-01", 2000 + self.n);
        assert!(
            list["disaster_recovery_drills"][0]["created_at"]
                .as_str()
                .is_some_and(|at| at.starts_with(&year))
        );
        let path = drill(list["disaster_recovery_drills"][0]["id"].as_str().expect("an ID"));
        let renaming = json!({"disaster_recovery_drill": {"name": format!("renamed-{}", self.n)}});
        let renamed = [503, 200].map(|expected| {
            let answer = self.ask("PUT", &path, &renaming);
            assert_eq!(answer.status, expected, "{}: {}", self.project(), answer.body);
            answer
        });
        assert!(renamed[1].header("Date").contains(&format!("Jan {}", 2000 + self.n)));
        control.clear_job_rules().expect("cleared");
        let deleted = self.ask("DELETE", &path, "").job_id();
        assert_eq!(self.end(&deleted), ["SUCCESS"], "{}", self.project());
        assert_eq!(self.ask("GET", &path, "").status, 404);
        assert_eq!(self.ask("GET", &drill(DRILL), "").status, 200);
        self.check_journal();
        vec![created, deleted]
    }

    /// The journal has what this test asked, all of it and nothing else; then a reset takes it away.
    fn check_journal(&self) {
        let control = self.world.server.control().project(self.project());
        let rows = control.requests().expect("requests");
        let own = format!("/v1/{}/", self.project());
        assert!(rows.iter().all(|row| row.path.starts_with(&own)), "{rows:?}");
        let polls = if self.n % 4 == 3 { 1 } else { 2 };
        assert_eq!(rows.len(), 8 + polls, "{}", self.project());
        assert_eq!(rows.iter().filter(|row| row.fault.is_some()).count(), 1);
    }
}

#[test]
fn sixty_four_tests_at_once_never_meet() {
    let world = World::new();
    let control = world.server.control();
    control
        .project("bystander")
        .freeze("1999-09-09T09:09:09Z")
        .expect("frozen");
    let bystander = || world.mock("GET", "/state?project=bystander", "").body;
    let before = bystander();
    let jobs: Vec<String> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..TESTS)
            .map(|n| {
                let test = Test { world: &world, n };
                scope.spawn(move || {
                    let first = test.run();
                    test.world
                        .server
                        .control()
                        .project(test.project())
                        .reset(&[])
                        .expect("reset");
                    assert_eq!(test.run(), first, "a reset starts the same project over");
                    first
                })
            })
            .collect();
        runs.into_iter()
            .flat_map(|run| run.join().expect("no test fails"))
            .collect()
    });
    assert_eq!(
        jobs.iter().collect::<HashSet<_>>().len(),
        2 * TESTS,
        "a job ID belongs to one project"
    );
    assert_eq!(bystander(), before);
    let projects = world.told("GET", "/projects", "")["projects"].clone();
    assert_eq!(projects.as_array().map(Vec::len), Some(TESTS + 1));
    let drills: HashSet<_> = projects
        .as_array()
        .into_iter()
        .flatten()
        .map(|project| &project["disaster_recovery_drills"])
        .collect();
    assert_eq!(drills, HashSet::from([&Value::from(2)]));
}
