//! How jobs of groups end badly, and what becomes of their members; told to the engine itself.

use std::sync::Arc;

use sdrs_mock::domain::ids::Ids;
use sdrs_mock::domain::job::{Job, JobId};
use sdrs_mock::domain::name::{Name, NameRule};
use sdrs_mock::domain::plan::{Outcome, Plan};
use sdrs_mock::domain::project::Project;
use sdrs_mock::domain::protection_group::{
    CreateGroup, DeleteGroup, Failover, ProtectionGroup, Reverse, Station, StopProtection, start,
};
use sdrs_mock::domain::resource::Id;
use sdrs_mock::domain::rules::Rules;
use sdrs_mock::domain::time::Time;
use sdrs_mock::domain::work::{AnyWork, Submission};
use sdrs_mock::store::fixtures::{Source, read};
use serde_json::{Value, json};

use crate::stage::{DOMAIN, GROUP_VPC, but, group, group_id, instance, pair};

const NOW: i64 = 1_767_225_600_000_000;
/// When a job is told to end: a second after it was accepted.
const LATER: &str = "2026-01-01 00:00:01.000";

/// A project whose jobs end when and how the test says.
struct Engine {
    project: Project,
    ids: Ids,
}

impl Engine {
    fn new(template: &Value) -> Self {
        let text = json!({"schema_version": 1, "template": template}).to_string();
        let source = Source {
            file: "test",
            text: &text,
        };
        let loaded = read(&[source], &Arc::new(Rules::default())).expect("a sound fixture");
        Self {
            project: Arc::unwrap_or_clone(loaded.seeds.template.project),
            ids: Ids::of_project(0, "test"),
        }
    }

    fn submit(&mut self, work: impl Into<AnyWork>) -> JobId {
        let submission = Submission::One(work.into());
        submission.check(&self.project).expect("nothing against it");
        submission.submit(
            &mut self.project,
            &mut |_, _| Plan::manual(),
            &mut self.ids,
            Time::from_micros(NOW),
        )
    }

    fn end(&mut self, job: &JobId, outcome: Outcome) {
        self.project.end(job, Time::from_micros(NOW + 1_000_000), Some(outcome));
    }

    fn job(&self, id: &JobId) -> &Job {
        self.project.jobs.find(id).expect("it was accepted")
    }

    fn group(&self, id: Id<ProtectionGroup>) -> Value {
        json!(self.project.groups.find(id).expect("it exists"))
    }

    /// The instances and the pairs of the first group, in the order of the fixture.
    fn members(&self) -> (Vec<Value>, Vec<Value>) {
        let instances = self.project.instances.of_group(first()).map(|row| json!(row));
        let pairs = self.project.pairs.of_group(first()).map(|row| json!(row));
        (instances.collect(), pairs.collect())
    }

    /// What the task center says: the failure and its code, newest first.
    fn records(&self) -> Vec<(String, String)> {
        let records = self.project.failure_records.newest_first();
        let told = records.map(|record| (record.job.failure_status.clone(), record.job.error_code.clone()));
        told.collect()
    }
}

fn first() -> Id<ProtectionGroup> {
    Id::read(&group_id(1)).expect("a UUID")
}

fn failure() -> Outcome {
    Outcome::Fail {
        error_code: None,
        fail_reason: None,
    }
}

fn false_negative() -> Outcome {
    Outcome::FalseNegative {
        error_code: None,
        fail_reason: None,
    }
}

/// An action from one status: where it leaves what walks along if it fails and if not, which side is production
/// then, and what a failure is called.
struct Row {
    work: fn(&Project) -> AnyWork,
    from: &'static str,
    failed: &'static str,
    done: &'static str,
    station: &'static str,
    record: &'static str,
    code: &'static str,
}

#[rustfmt::skip]
const ROWS: [Row; 5] = [
    Row { work: |project| start(project, first()), from: "available", failed: "error-starting", done: "protected", station: "source", record: "startFail", code: "SDRS.1027" },
    Row { work: |project| start(project, first()), from: "failed-over", failed: "error-reprotecting", done: "protected", station: "source", record: "reprotectFail", code: "SDRS.1032" },
    Row { work: |_| StopProtection { group: first() }.into(), from: "protected", failed: "error-stopping", done: "available", station: "source", record: "stopFail", code: "SDRS.1028" },
    Row { work: |_| Reverse { group: first(), to: Station::Target }.into(), from: "protected", failed: "error-reversing", done: "protected", station: "target", record: "reverseFail", code: "SDRS.1029" },
    Row { work: |_| Failover { group: first() }.into(), from: "protected", failed: "error-failing-over", done: "failed-over", station: "target", record: "failoverFail", code: "SDRS.1030" },
];

/// How many of [`crowd`]'s instances, and how many of its pairs, walk along.
const WALKING: usize = 2;

/// A group of four instances and four pairs, the first two of each sound enough to walk along.
fn crowd(from: &str) -> Value {
    let statuses = || (1..).zip([from, "fault", "error", "deleting"]);
    json!({
        "server_groups": [group(1, from)],
        "protected_instances": statuses().map(|(n, status)| instance(n, 1, status, &[n])).collect::<Vec<_>>(),
        "replications": statuses().map(|(n, status)| pair(n, 1, status)).collect::<Vec<_>>(),
    })
}

fn statuses(rows: &[Value]) -> Vec<&Value> {
    rows.iter().map(|row| &row["status"]).collect()
}

#[test]
fn a_failed_action_fails_all_that_walked_along_and_turns_nothing() {
    for row in &ROWS {
        let mut engine = Engine::new(&crowd(row.from));
        let (group_before, before) = (engine.group(first()), engine.members());
        let work = (row.work)(&engine.project);
        let job = engine.submit(work);
        engine.end(&job, failure());

        let expected = but(group_before, "status", row.failed);
        assert_eq!(engine.group(first()), but(expected, "updated_at", LATER));
        let (instances, pairs) = engine.members();
        for (n, (row_before, row_after)) in before.0.iter().zip(&instances).enumerate() {
            let mut expected = row_before.clone();
            if n < WALKING {
                expected = but(but(expected, "status", row.failed), "updated_at", LATER);
            }
            assert_eq!(*row_after, expected, "instance {n}, {}", row.record);
        }
        for (n, (row_before, row_after)) in before.1.iter().zip(&pairs).enumerate() {
            let mut expected = row_before.clone();
            if n < WALKING {
                expected = but(expected, "status", row.failed);
                expected = but(expected, "updated_at", "2026-01-01T00:00:01.000000");
            }
            assert_eq!(*row_after, expected, "pair {n}, {}", row.record);
        }
    }
}

#[test]
fn a_failed_action_reports_its_own_code_and_so_do_its_parts_and_the_task_center() {
    for row in &ROWS {
        let mut engine = Engine::new(&crowd(row.from));
        let work = (row.work)(&engine.project);
        let job = engine.submit(work);
        engine.end(&job, failure());

        let whole = engine.job(&job);
        let failure = whole.failure().expect("it failed");
        assert_eq!(failure.error_code, row.code);
        let reason = format!(
            r#"{}-fail:{}:Client error : {{"badRequest": {{"message": "#,
            whole.job_type, row.code
        );
        assert!(failure.fail_reason.starts_with(&reason), "{}", failure.fail_reason);
        assert_eq!(whole.sub_jobs.len(), WALKING);
        for part in &whole.sub_jobs {
            let part = engine.job(part);
            assert!(part.has_ended());
            let reported = part.failure().expect("it failed with the whole");
            assert_eq!(reported.error_code, failure.error_code);
            assert_eq!(
                reported.fail_reason,
                failure.fail_reason.replacen(&whole.job_type, &part.job_type, 1)
            );
        }
        assert_eq!(engine.records(), [(row.record.to_owned(), row.code.to_owned())]);
    }
}

#[test]
fn what_has_failed_can_be_tried_again_and_takes_the_failed_members_along() {
    for row in &ROWS {
        let mut engine = Engine::new(&crowd(row.from));
        for outcome in [failure(), Outcome::Success] {
            let work = (row.work)(&engine.project);
            let job = engine.submit(work);
            engine.end(&job, outcome);
        }
        let (instances, pairs) = engine.members();
        for rows in [&instances, &pairs] {
            assert_eq!(
                statuses(rows),
                [row.done, row.done, "error", "deleting"],
                "{}",
                row.record
            );
            assert!(rows.iter().all(|member| member["priority_station"] == row.station));
        }
        let group = engine.group(first());
        assert_eq!(
            (&group["status"], &group["priority_station"]),
            (&json!(row.done), &json!(row.station))
        );
    }
}

#[test]
fn an_action_that_only_says_that_it_failed_has_done_everything() {
    for row in &ROWS {
        let mut engine = Engine::new(&crowd(row.from));
        let work = (row.work)(&engine.project);
        let job = engine.submit(work);
        engine.end(&job, false_negative());
        let (instances, pairs) = engine.members();
        for rows in [&instances, &pairs, &vec![engine.group(first())]] {
            assert_eq!(rows[0]["status"], row.done, "{}", row.record);
            assert!(rows.iter().all(|member| member["priority_station"] == row.station));
        }
        let told = engine.job(&job).failure().map(|failure| &*failure.error_code);
        assert_eq!(told, Some(row.code));
    }
}

#[test]
fn a_planned_failover_that_failed_can_be_followed_by_a_failover() {
    let mut engine = Engine::new(&crowd("protected"));
    let work = (ROWS[3].work)(&engine.project);
    let reverse = engine.submit(work);
    engine.end(&reverse, failure());
    let failover = engine.submit(Failover { group: first() });
    engine.end(&failover, Outcome::Success);
    let group = engine.group(first());
    assert_eq!(
        (&group["status"], &group["priority_station"]),
        (&json!("failed-over"), &json!("target"))
    );
    assert_eq!(
        statuses(&engine.members().1),
        ["failed-over", "failed-over", "error", "deleting"]
    );
}

#[test]
fn a_failed_creation_leaves_a_group_in_error_that_can_only_be_deleted() {
    let mut engine = Engine::new(&json!({}));
    let job = engine.submit(CreateGroup {
        name: Name::parse("made", NameRule::Ascii).expect("a name"),
        description: None,
        source_az: "az-1".to_owned(),
        target_az: "az-2".to_owned(),
        domain: Id::read(DOMAIN).expect("a UUID"),
        vpc: Id::read(GROUP_VPC).expect("a UUID"),
    });
    let id = engine.job(&job).entities.server_group_id.expect("the new group");
    engine.end(&job, failure());
    assert_eq!(engine.group(id)["status"], "error");
    assert_eq!(engine.group(id)["updated_at"], LATER);
    let told = engine.job(&job).failure().map(|failure| &*failure.error_code);
    assert_eq!(told, Some("SDRS.1014"));
    assert_eq!(engine.records(), [("createFail".to_owned(), "SDRS.1014".to_owned())]);

    let works: [AnyWork; 4] = [
        start(&engine.project, id),
        StopProtection { group: id }.into(),
        Reverse {
            group: id,
            to: Station::Target,
        }
        .into(),
        Failover { group: id }.into(),
    ];
    for work in works {
        let refusal = Submission::One(work)
            .check(&engine.project)
            .expect_err("it is in error");
        assert_eq!(refusal.code.entry().code, "SDRS.1002");
    }
    let job = engine.submit(DeleteGroup { group: id });
    engine.end(&job, Outcome::Success);
    assert!(engine.project.groups.is_empty());
    assert_eq!(engine.records(), [], "the records of a group go with it");
}

#[test]
fn a_failed_deletion_leaves_a_group_that_can_be_deleted_again() {
    let mut engine = Engine::new(&json!({"server_groups": [group(1, "available")]}));
    let job = engine.submit(DeleteGroup { group: first() });
    assert_eq!(engine.group(first())["status"], "deleting");
    engine.end(&job, failure());
    assert_eq!(engine.group(first())["status"], "error-deleting");
    let told = engine.job(&job).failure().map(|failure| &*failure.error_code);
    assert_eq!(told, Some("SDRS.1016"));
    assert_eq!(engine.records(), [("deleteFail".to_owned(), "SDRS.1016".to_owned())]);
    let job = engine.submit(DeleteGroup { group: first() });
    engine.end(&job, Outcome::Success);
    assert!(engine.project.groups.is_empty());
}
