//! The report: every kind of slip once it happens, and nothing after a clean run.

use sdrs_mock::domain::plan::Outcome;
use sdrs_mock::store::faults::Fault;
use sdrs_mock::store::job_rules::JobRule;
use serde_json::{Value, json};

use super::get;
use crate::support::{DRILL, PROJECT, World, drill};

/// The group of the sample world that takes a drill.
const GROUP: &str = "decf224d-87fe-403a-8721-037a1a45c287";

async fn report(world: &World) -> Value {
    get(world, &format!("/_mock/report?project={PROJECT}")).await.json()
}

async fn create(world: &World) -> String {
    let body = json!({"disaster_recovery_drill": {"server_group_id": GROUP, "name": "rehearsal"}});
    let answer = world.post("/disaster-recovery-drills", body.to_string()).await;
    answer.json()["job_id"].as_str().expect("a job").to_owned()
}

#[tokio::test]
async fn a_clean_run_leaves_no_slip() {
    let world = World::new();
    let control = world.server.control().project(PROJECT);
    control
        .rule(&JobRule::ending(Outcome::Success).times(1))
        .expect("a rule");
    control
        .arm(&Fault::error(503).on("UpdateDisasterRecoveryDrillName").first(1))
        .expect("a fault");
    let job = create(&world).await;
    assert_eq!(world.get(&format!("/jobs/{job}")).await.json()["status"], "SUCCESS");
    assert_eq!(world.rename(r#""a""#).await.status, 503);
    assert_eq!(world.rename(r#""a""#).await.status, 200);
    world.get("/disaster-recovery-drills?limit=10&name=a").await;
    assert_eq!(report(&world).await, json!({"clean": true, "slips": []}));
}

#[tokio::test]
async fn every_kind_of_slip_is_named_once_it_happens() {
    let world = World::new();
    let control = world.server.control().project(PROJECT);
    let body = r#"{"disaster_recovery_drill":{"name":"a","nmae":"b"}}"#;
    world.put(&drill(DRILL), body).await;
    world.put(&drill(DRILL), body).await;
    world.get("/disaster-recovery-drills?limt=1").await;
    world.get("/drils").await;
    world.get("/drils").await;
    let job = create(&world).await;
    control.rule(&JobRule::ending(Outcome::Stuck)).expect("a rule");
    control.arm(&Fault::error(500).on("ShowQuota")).expect("a fault");
    let report = report(&world).await;
    assert_eq!(report["clean"], false);
    let slips = report["slips"].as_array().expect("a list").iter();
    let told: Vec<_> = slips
        .map(|slip| json!([slip["kind"], slip["subject"], slip["times"]]))
        .collect();
    assert_eq!(
        told,
        [
            json!(["unread-parameter", "limt", 1]),
            json!(["unread-member", "/disaster_recovery_drill/nmae", 2]),
            json!(["unmatched", format!("GET /v1/{PROJECT}/drils"), 2]),
            json!(["job-never-read", job, 1]),
            json!(["rule-never-fired", "rule-1", 1]),
            json!(["fault-never-fired", "fault-2", 1]),
        ]
    );
    world.get(&format!("/jobs/{job}")).await;
    let after = super::get(&world, &format!("/_mock/report?project={PROJECT}")).await;
    assert!(!after.body.contains("job-never-read"), "{}", after.body);
}

#[tokio::test]
async fn a_slip_outlives_the_entry_that_it_was_seen_in_and_a_neighbour_has_none_of_it() {
    let world = World::new();
    world.get("/disaster-recovery-drills?limt=1").await;
    for _ in 0..1001 {
        world.ask_for("/sdrs/quotas");
    }
    world.get_of("neighbour", "/sdrs/quotas").await;
    assert_eq!(report(&world).await["slips"][0]["subject"], "limt");
    let neighbour = get(&world, "/_mock/report?project=neighbour").await.json();
    assert_eq!(neighbour["clean"], true, "{neighbour}");
    world
        .server
        .control()
        .project(PROJECT)
        .reset(&["journal"])
        .expect("a reset");
    assert_eq!(report(&world).await["clean"], true);
}
