//! The journal: what was asked, what of it nothing read, and questions to it.

mod bounds;
mod verify;

use reqwest::Method;
use sdrs_mock::domain::rules::Flavour;
use serde_json::{Value, json};

use crate::support::{Answer, DRILL, PROJECT, World, drill, send};

/// Asks the control plane over HTTP.
pub async fn ask(world: &World, method: Method, path: &str, body: Value) -> Answer {
    let request = world.request_at(method, path);
    send(if body.is_null() {
        request
    } else {
        request.body(body.to_string())
    })
    .await
}

async fn requests(world: &World, query: &str) -> Value {
    let answer = ask(
        world,
        Method::GET,
        &format!("/_mock/requests?project={PROJECT}{query}"),
        Value::Null,
    )
    .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

#[tokio::test]
async fn an_entry_tells_what_was_asked_and_how_it_was_answered() {
    let world = World::new();
    let answer = world.rename(r#""renamed""#).await;
    let journal = requests(&world, "").await;
    assert_eq!((&journal["total"], &journal["dropped"]), (&json!(1), &json!(0)));
    let entry = &journal["requests"][0];
    assert_eq!(entry["operation"], "UpdateDisasterRecoveryDrillName");
    assert_eq!((&entry["method"], &entry["status"]), (&json!("PUT"), &json!(200)));
    assert_eq!(entry["path"], format!("/v1/{PROJECT}{}", drill(DRILL)));
    assert_eq!((&entry["project"], &entry["code"]), (&json!(PROJECT), &Value::Null));
    assert_eq!(entry["body"], json!({"disaster_recovery_drill": {"name": "renamed"}}));
    assert_eq!(entry["request_id"], answer.header("X-Request-Id"));
    assert_eq!(entry["time"], "2026-01-01T00:00:00.000Z");
    assert_eq!(entry["headers"]["content-type"], "application/json");
    assert_eq!((&entry["fault"], &entry["unread"]), (&Value::Null, &json!([])));
    assert!(entry["duration_us"].is_u64(), "{entry}");
    let path = format!("/_mock/requests/{}?project={PROJECT}", entry["id"]);
    assert_eq!(ask(&world, Method::GET, &path, Value::Null).await.json(), *entry);
    let absent = ask(&world, Method::GET, "/_mock/requests/999999", Value::Null).await;
    assert_eq!(
        (absent.status, &absent.json()["error"]["code"]),
        (404, &json!("not_found"))
    );
}

#[tokio::test]
async fn entries_are_found_by_operation_status_and_number_newest_first() {
    let world = World::new();
    world.rename(r#""one""#).await;
    world.rename(r#""no name""#).await;
    world.get("/disaster-recovery-drills?limit=1").await;
    let all = requests(&world, "").await;
    let statuses: Vec<_> = all["requests"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| &entry["status"])
        .collect();
    assert_eq!(statuses, [&json!(200), &json!(400), &json!(200)]);
    assert_eq!(all["requests"][1]["code"], "SDRS.0202");
    assert_eq!(all["requests"][0]["query"], "limit=1");
    let renames = requests(&world, "&operation=UpdateDisasterRecoveryDrillName").await;
    assert_eq!(renames["total"], 2);
    assert_eq!(requests(&world, "&status=400").await["total"], 1);
    let since = &all["requests"][1]["id"];
    assert_eq!(requests(&world, &format!("&since={since}")).await["total"], 1);
    let limited = requests(&world, "&limit=1").await;
    assert_eq!(
        (&limited["total"], limited["requests"].as_array().map(Vec::len)),
        (&json!(3), Some(1))
    );
    for (query, code) in [
        ("operation=Rename", "unknown_operation"),
        ("status=x", "invalid_value"),
        ("statsu=1", "unknown_parameter"),
    ] {
        let answer = ask(&world, Method::GET, &format!("/_mock/requests?{query}"), Value::Null).await;
        assert_eq!((answer.status, &answer.json()["error"]["code"]), (400, &json!(code)));
    }
}

#[tokio::test]
async fn no_secret_is_written_down_anywhere() {
    let world = World::new();
    let secrets = [
        ("X-Auth-Token", "token-secret"),
        (
            "Authorization",
            "SDK-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature=signature-secret",
        ),
        ("X-Security-Token", "security-secret"),
        ("X-Subject-Token", "subject-secret"),
        ("Proxy-Authorization", "Basic proxy-secret"),
        ("Cookie", "session=cookie-secret"),
    ];
    let mut request = world
        .request(Method::GET, "/disaster-recovery-drills")
        .header("X-Kept", "kept");
    for (name, value) in secrets {
        request = request.header(name, value);
    }
    send(request).await;
    send(
        world
            .request(Method::GET, "/nowhere")
            .header("X-Auth-Token", "token-secret"),
    )
    .await;
    for path in [
        "/_mock/requests",
        "/_mock/requests/unmatched",
        "/_mock/metrics",
        "/_mock/report",
        "/_mock/state",
    ] {
        let answer = ask(&world, Method::GET, path, Value::Null).await;
        assert!(!answer.body.contains("secret"), "{path}: {}", answer.body);
    }
    let entry = &requests(&world, "").await["requests"][1];
    assert_eq!(
        (&entry["headers"]["x-auth-token"], &entry["headers"]["x-kept"]),
        (&json!("***"), &json!("kept"))
    );
}

#[tokio::test]
async fn a_misspelt_member_and_an_unknown_parameter_are_unread() {
    let world = World::new();
    let path = format!("{}?x=1", drill(DRILL));
    let body = r#"{"disaster_recovery_drill":{"name":"a","nmae":"b"},"other":[{"c":1}]}"#;
    assert_eq!(world.put(&path, body).await.status, 200);
    assert_eq!(
        world
            .get("/disaster-recovery-drills?limt=1&name=a&offset=0")
            .await
            .status,
        200
    );
    let group = world.get("/server-groups?limit=1").await.json()["server_groups"][0]["id"].clone();
    let body = json!({"start-server-group": {"force": true}});
    world
        .post(
            &format!("/server-groups/{}/action", group.as_str().expect("an ID")),
            body.to_string(),
        )
        .await;
    let unread: Vec<_> = requests(&world, "").await["requests"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| entry["unread"].clone())
        .collect();
    assert_eq!(unread[3], json!(["/disaster_recovery_drill/nmae", "/other", "?x"]));
    assert_eq!(unread[2], json!(["?limt"]));
}

#[tokio::test]
async fn what_a_flavour_overlooks_on_purpose_is_read() {
    let world = World::of(Flavour::Otc);
    let members = json!({
        "server_group_id": "decf224d-87fe-403a-8721-037a1a45c287", "server_id": "5fb92d6c-b0cb-46c9-824b-b90ec5500ae7",
        "name": "a", "cluster_id": "x", "tenancy": "x", "dedicated_host_id": "x", "flavorRef": "s2.large",
    });
    let answer = world
        .post(
            "/protected-instances",
            json!({"protected_instance": members}).to_string(),
        )
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(self::requests(&world, "").await["requests"][0]["unread"], json!([]));
}

#[tokio::test]
async fn a_request_that_no_route_knew_is_kept_with_the_nearest_operations() {
    let world = World::new();
    world.get("/disaster-recovery-dril").await;
    world.post(&drill(DRILL), "{}").await;
    send(world.request_of("another", Method::GET, "/nowhere")).await;
    let path = format!("/_mock/requests/unmatched?project={PROJECT}");
    let unmatched = ask(&world, Method::GET, &path, Value::Null).await.json();
    assert_eq!(unmatched["total"], 2);
    let names: Vec<_> = unmatched["requests"][1]["nearest"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|near| near["operation"].as_str().unwrap_or_default())
        .collect();
    assert!(names.contains(&"ListDisasterRecoveryDrills"), "{names:?}");
    assert_eq!(unmatched["requests"][0]["status"], 405);
    let all = ask(&world, Method::GET, "/_mock/requests/unmatched", Value::Null)
        .await
        .json();
    assert_eq!(all["total"], 3);
}
