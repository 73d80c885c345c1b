//! What a reader sees of a job and of what it changes: before, in between, and after.

use std::time::Duration;

use sdrs_mock::domain::plan::{Outcome, Progression};
use sdrs_mock::store::job_rules::JobRule;
use serde_json::{Value, json};

use super::rules::{after, create, failing, own, protected};
use crate::support::{PROJECT, World};

/// The job, and the row that it changes, as each look sees them: status of the job, its end, status of the drill.
#[track_caller]
fn look(world: &World, job: &str) -> (String, bool, String) {
    let shown = world.job(job);
    let id = shown["entities"]["disaster_recovery_drill_id"]
        .as_str()
        .expect("an ID from the first look");
    let drills = world.ask_for("/disaster-recovery-drills").json();
    let drills = drills["disaster_recovery_drills"].as_array().expect("a list").clone();
    let row = drills.into_iter().find(|drill| drill["id"] == id);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (
        text(&shown["status"]),
        shown["end_time"].is_null(),
        row.map_or("gone".to_owned(), |row| text(&row["status"])),
    )
}

fn seen(status: &str, drill: &str) -> (String, bool, String) {
    (
        status.to_owned(),
        matches!(status, "INIT" | "RUNNING"),
        drill.to_owned(),
    )
}

/// What the control plane tells of the newest job, and what it waits for.
fn waits(world: &World) -> (Value, Value) {
    let listed = world.told("GET", &format!("/jobs?project={PROJECT}"), "");
    let newest = &listed["jobs"][0];
    (newest["status"].clone(), newest["waits_for"].clone())
}

fn lasting(progression: Progression) -> World {
    let world = protected();
    own(&world).rule(&JobRule::lasting(progression)).expect("a rule");
    world
}

#[test]
fn an_immediate_job_has_ended_at_the_first_look_of_any_kind() {
    let world = lasting(Progression::Immediate);
    let job = create(&world, "any", 1);
    assert_eq!(look(&world, &job), seen("SUCCESS", "available"));
    assert_eq!(waits(&world), (json!("SUCCESS"), Value::Null));
    create(&world, "another", 2);
    let listed = world.ask_for("/disaster-recovery-drills").json();
    assert_eq!(
        listed["disaster_recovery_drills"][0]["status"], "available",
        "a list is a look too"
    );
}

#[test]
fn a_job_of_three_polls_ends_with_the_third_and_neither_lists_nor_testers_count() {
    let world = lasting(Progression::Polls { n: 3 });
    let job = create(&world, "any", 1);
    assert_eq!(waits(&world), (json!("INIT"), json!({"kind": "polls", "left": 3})));
    assert_eq!(look(&world, &job), seen("INIT", "creating"));
    assert_eq!(waits(&world), (json!("RUNNING"), json!({"kind": "polls", "left": 2})));
    assert_eq!(look(&world, &job), seen("RUNNING", "creating"));
    assert_eq!(
        own(&world).advance(Duration::from_hours(1)),
        Ok(Vec::new()),
        "time does not count"
    );
    assert_eq!(look(&world, &job), seen("SUCCESS", "available"));
}

#[test]
fn a_job_of_thirty_seconds_ends_then_to_the_microsecond() {
    let world = lasting(after(30));
    let job = create(&world, "any", 1);
    let due = json!({"kind": "time", "due": "2026-01-01T00:00:30.000Z"});
    assert_eq!(waits(&world), (json!("INIT"), due.clone()));
    assert_eq!(
        own(&world).clock().expect("a clock").next_due.as_deref(),
        Some("2026-01-01T00:00:30.000Z")
    );
    assert_eq!(own(&world).advance(Duration::from_millis(29_999)), Ok(Vec::new()));
    assert_eq!(
        waits(&world),
        (json!("RUNNING"), due),
        "the clock was turned: as a look would read"
    );
    assert_eq!(
        look(&world, &job),
        seen("RUNNING", "creating"),
        "the first look, but the clock was turned"
    );
    let ended = own(&world).advance(Duration::from_millis(1)).expect("turned");
    let ended: Vec<_> = ended.iter().map(|told| (&*told.job_id, &*told.status)).collect();
    assert_eq!(ended, [(&*job, "SUCCESS")]);
    assert_eq!(look(&world, &job), seen("SUCCESS", "available"));
    assert_eq!(world.job(&job)["end_time"], "2026-01-01T00:00:30.000Z");
}

#[test]
fn an_end_bears_its_due_time_however_late_somebody_looks() {
    let world = lasting(after(30));
    let job = create(&world, "any", 1);
    own(&world).freeze("2026-03-01T00:00:00Z").expect("frozen");
    assert_eq!(world.job(&job)["end_time"], "2026-01-01T00:00:30.000Z");
    let drills = world.ask_for("/disaster-recovery-drills").json();
    assert_eq!(
        drills["disaster_recovery_drills"][0]["updated_at"],
        "2026-01-01 00:00:30.000"
    );
}

#[test]
fn without_a_turn_of_the_clock_the_first_look_reads_init_and_the_later_ones_running() {
    for progression in [Progression::Manual, after(30)] {
        let world = lasting(progression);
        let job = create(&world, "any", 1);
        assert_eq!(look(&world, &job), seen("INIT", "creating"));
        for _ in 0..3 {
            assert_eq!(look(&world, &job), seen("RUNNING", "creating"));
        }
    }
}

#[test]
fn a_manual_job_waits_for_its_tester_and_a_stuck_one_for_ever() {
    let world = lasting(Progression::Manual);
    let job = create(&world, "any", 1);
    assert_eq!(waits(&world).1, json!({"kind": "completion"}));
    own(&world).clear_job_rules().expect("cleared");
    own(&world)
        .rule(&JobRule {
            outcome: Outcome::Stuck,
            ..JobRule::lasting(Progression::Immediate)
        })
        .expect("a rule");
    let stuck = create(&world, "stuck", 2);
    assert_eq!(waits(&world).1, json!({"kind": "stuck"}));
    assert_eq!(own(&world).advance(Duration::from_hours(24 * 366)), Ok(Vec::new()));
    assert_eq!(own(&world).advance_to_next_due(), Ok(Vec::new()), "nothing is due");
    assert_eq!(
        (look(&world, &job).0, look(&world, &stuck).0),
        ("RUNNING".to_owned(), "RUNNING".to_owned())
    );
    assert_eq!(own(&world).complete(&stuck).expect("told").status, "SUCCESS");
    assert_eq!(look(&world, &stuck), seen("SUCCESS", "available"));
}

#[test]
fn a_failure_has_the_code_and_the_reason_of_its_rule_or_else_of_its_type() {
    let default = r#"createDisasterRecoveryDrill-fail:SDRS.1922:Client error : {"badRequest": {"message": "Failed to create the DR drill", "code": 400}}"#;
    for (code, reason, expected) in [
        (None, None, ("SDRS.1922", None)),
        (
            Some("EVS.2024"),
            Some("volume is error!"),
            ("EVS.2024", Some("volume is error!")),
        ),
        (None, Some("because"), ("SDRS.1922", Some("because"))),
    ] {
        let world = protected();
        own(&world)
            .rule(&JobRule::ending(failing(code, reason)))
            .expect("a rule");
        let job = create(&world, "any", 1);
        assert_eq!(look(&world, &job), seen("FAIL", "error"));
        let shown = world.job(&job);
        assert_eq!(shown["error_code"], expected.0);
        let said = shown["fail_reason"].as_str().expect("a reason");
        match expected.1 {
            Some(reason) => assert_eq!(said, reason),
            None => assert_eq!(said.split(" : ").next(), default.split(" : ").next()),
        }
        assert_eq!(
            said.matches("error : ").count(),
            usize::from(expected.1.is_none()),
            "{said}"
        );
        let told = &own(&world).jobs().expect("jobs")[0];
        assert_eq!(
            (told.status.as_str(), told.error_code.as_deref()),
            ("FAIL", Some(expected.0))
        );
    }
}

#[test]
fn a_false_negative_reports_a_failure_of_what_it_has_done() {
    let world = protected();
    let outcome = Outcome::FalseNegative {
        error_code: Some("SDRS.0013".to_owned()),
        fail_reason: None,
    };
    own(&world).rule(&JobRule::ending(outcome)).expect("a rule");
    let job = create(&world, "any", 1);
    assert_eq!(look(&world, &job), seen("FAIL", "available"));
    let drills = world.ask_for("/disaster-recovery-drills").json();
    let servers = drills["disaster_recovery_drills"][0]["drill_servers"]
        .as_array()
        .map(Vec::len);
    assert_eq!(servers, Some(2), "all is done");
    let id = drills["disaster_recovery_drills"][0]["id"].clone();
    let path = format!("/disaster-recovery-drills/{}", id.as_str().expect("an ID"));
    let job = world.tell("DELETE", &path, "").job_id();
    assert_eq!(look(&world, &job), seen("FAIL", "gone"));
}
