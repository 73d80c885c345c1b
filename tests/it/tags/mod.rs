//! Tags of protected instances: adding, deleting, listing, and finding instances by them.

mod queries;
mod rules;

use reqwest::Method;
use sdrs_mock::Config;
use sdrs_mock::api::error::Dialect;
use sdrs_mock::domain::rules::Flavour;
use serde_json::{Value, json};

use crate::stage::{but, group, instance, instance_id, speaking, world};
use crate::support::{Answer, DIALECTS, NOBODY, World, send};

/// Of the sample world: an instance with one tag.
const INSTANCE: &str = "50f5091e-9e9e-473c-a932-2a2cbcbeb1ff";
const QUERY: &str = "/protected-instances/resource_instances/action";

fn of(path: &str) -> String {
    format!("/protected-instances/{INSTANCE}/tags{path}")
}

async fn add(world: &World, tag: Value) -> Answer {
    world.post(&of(""), json!({ "tag": tag }).to_string()).await
}

async fn batch(world: &World, body: Value) -> Answer {
    world.post(&of("/action"), body.to_string()).await
}

async fn delete(world: &World, key: &str) -> Answer {
    send(world.request(Method::DELETE, &of(&format!("/{key}")))).await
}

async fn tags(world: &World) -> Value {
    world.get(&of("")).await.json()["tags"].clone()
}

async fn find(world: &World, body: Value) -> Answer {
    world.post(QUERY, body.to_string()).await
}

#[tokio::test]
async fn a_tag_is_added_overwritten_and_deleted_without_an_answer() {
    let world = World::new();
    for value in ["1", "2"] {
        let answer = add(&world, json!({"key": "a b", "value": value})).await;
        assert_eq!(
            (answer.status, &*answer.body, answer.header("Content-Type")),
            (204, "", "")
        );
    }
    let sample = json!({"key": "aaaaaaa", "value": "01234567889"});
    assert_eq!(tags(&world).await, json!([sample, {"key": "a b", "value": "2"}]));
    assert_eq!(delete(&world, "a%20b").await.status, 204);
    assert_eq!(tags(&world).await, json!([sample]));
    add(&world, json!({"key": "action", "value": ""})).await;
    assert_eq!(delete(&world, "action").await.status, 204);
}

#[tokio::test]
async fn a_tag_that_is_not_there_is_the_one_thing_that_is_404_in_both_dialects() {
    for dialect in DIALECTS {
        let world = World::speaking(dialect);
        let kind = if dialect == Dialect::Documented {
            "itemNotFound"
        } else {
            "error"
        };
        for key in ["nothing", "action", "a%2Fb"] {
            let answer = delete(&world, key).await;
            answer.is_error(404, kind, "SDRS.2206", "Specified tag key is not found");
        }
        let path = format!("/protected-instances/{NOBODY}/tags");
        world
            .get(&path)
            .await
            .is_absent(dialect, "SDRS.1320", "Protected instance not found");
    }
}

#[tokio::test]
async fn a_tag_that_breaks_a_rule_is_refused_and_changes_nothing() {
    let long = |n: usize| "ü".repeat(n);
    for dialect in DIALECTS {
        let world = World::speaking(dialect);
        let before = tags(&world).await;
        for (tag, code) in [
            (json!({"key": long(37), "value": ""}), "SDRS.2204"),
            (json!({"key": "a/b", "value": ""}), "SDRS.2204"),
            (json!({"key": "a\u{1}", "value": ""}), "SDRS.2204"),
            (json!({"value": ""}), "SDRS.2205"),
            (json!({"key": null, "value": ""}), "SDRS.2205"),
            (json!({"key": " ", "value": ""}), "SDRS.2205"),
            (json!({"key": "a", "value": long(44)}), "SDRS.2207"),
            (json!({"key": "a", "value": "x*"}), "SDRS.2207"),
            (json!({"key": "a"}), "SDRS.2208"),
            (json!({"key": 1, "value": ""}), "SDRS.0201"),
        ] {
            let answer = add(&world, tag).await;
            assert!(
                answer.status == 400 && answer.body.contains(code),
                "{code}: {}",
                answer.body
            );
        }
        for (body, code) in [
            (json!({"tags": [{"key": "a", "value": ""}]}), "SDRS.2201"),
            (json!({"action": "x", "tags": [{"key": "a", "value": ""}]}), "SDRS.2201"),
            (json!({"action": "create"}), "SDRS.2202"),
            (json!({"action": "delete", "tags": []}), "SDRS.2202"),
            (json!({"action": "delete", "tags": [{"value": "a"}]}), "SDRS.2205"),
            (
                json!({"action": "create", "tags": [{"key": "a", "value": ""}, {"key": "a", "value": ""}]}),
                "SDRS.2209",
            ),
        ] {
            let answer = batch(&world, body).await;
            assert!(
                answer.status == 400 && answer.body.contains(code),
                "{code}: {}",
                answer.body
            );
        }
        assert_eq!(delete(&world, "%20").await.status, 400);
        assert_eq!(tags(&world).await, before);
    }
}

#[tokio::test]
async fn an_instance_has_at_most_as_many_tags_as_its_flavour_admits() {
    for (flavour, limit) in [(Flavour::Huawei, 10), (Flavour::Otc, 20)] {
        let world = World::of(flavour);
        let new: Vec<_> = (1..limit)
            .map(|n| json!({"key": format!("k{n}"), "value": ""}))
            .collect();
        assert_eq!(
            batch(&world, json!({"action": "create", "tags": new})).await.status,
            204
        );
        let answer = add(&world, json!({"key": "more", "value": ""})).await;
        assert!(
            answer.status == 400 && answer.body.contains("SDRS.2203"),
            "{}",
            answer.body
        );
        assert_eq!(add(&world, json!({"key": "k1", "value": "other"})).await.status, 204);
        let all: Vec<_> = (1..limit).map(|n| json!({"key": format!("k{n}")})).collect();
        assert_eq!(
            batch(&world, json!({"action": "delete", "tags": all})).await.status,
            204
        );
    }
}

#[tokio::test]
async fn instances_are_found_by_their_tags_and_names() {
    let world = World::new();
    batch(
        &world,
        json!({"action": "create", "tags": [{"key": "k", "value": "one two"}]}),
    )
    .await;
    let known = json!([{"key": "k", "values": []}]);
    let unknown = json!([{"key": "nothing", "values": []}]);
    for (conditions, total) in [
        (json!({}), 3),
        (json!({"tags": known}), 1),
        (json!({"tags": [{"key": " k ", "values": ["one two"]}]}), 1),
        (json!({"tags": [{"key": "k", "values": ["one"]}]}), 0),
        (json!({"tags": [{"key": "k", "values": ["*two"]}]}), 1),
        (
            json!({"tags": [{"key": "k", "values": []}, {"key": "nothing", "values": []}]}),
            0,
        ),
        (
            json!({"tags_any": [{"key": "k", "values": []}, {"key": "nothing", "values": []}]}),
            1,
        ),
        (json!({"not_tags": unknown}), 3),
        (
            json!({"not_tags": [{"key": "k", "values": []}, {"key": "nothing", "values": []}]}),
            3,
        ),
        (json!({"not_tags_any": known}), 2),
        (json!({"matches": [{"key": "resource_name", "value": "SDRS_D"}]}), 1),
        (json!({"matches": [{"key": "resource_name", "value": ""}]}), 0),
    ] {
        for (action, paging) in [("count", json!({})), ("filter", json!({"limit": "1", "offset": 0}))] {
            let mut body = conditions.clone();
            body["action"] = action.into();
            for (name, value) in paging.as_object().expect("an object") {
                body[name] = value.clone();
            }
            let answer = find(&world, body).await.json();
            assert_eq!(answer["total_count"], total, "{conditions}");
            let shown = (action == "filter").then_some(total.min(1));
            assert_eq!(answer["resources"].as_array().map(Vec::len), shown, "{conditions}");
        }
    }
}

#[tokio::test]
async fn a_query_that_breaks_a_rule_is_refused() {
    let keys: Vec<_> = (0..11).map(|n| json!({"key": format!("k{n}"), "values": []})).collect();
    let filter = |members: Value| {
        let mut body = members;
        body["action"] = "filter".into();
        body
    };
    let world = World::new();
    for (body, code) in [
        (json!({}), "SDRS.2210"),
        (json!({"action": "all"}), "SDRS.2210"),
        (json!({"action": "count", "limit": "1"}), "SDRS.2211"),
        (filter(json!({"limit": "0"})), "SDRS.2220"),
        (filter(json!({"limit": 1001})), "SDRS.2220"),
        (filter(json!({"offset": -1})), "SDRS.0222"),
        (filter(json!({"tags": keys})), "SDRS.2203"),
        (filter(json!({"tags": [{"values": []}]})), "SDRS.2205"),
        (filter(json!({"tags": [{"key": "a"}]})), "SDRS.2208"),
        (filter(json!({"tags": [{"key": "a", "values": ["*"]}]})), "SDRS.2207"),
        (
            filter(json!({"tags": [{"key": "a", "values": ["x", "x"]}]})),
            "SDRS.2219",
        ),
        (
            filter(json!({"tags": [{"key": "a", "values": []}, {"key": "a", "values": []}]})),
            "SDRS.2209",
        ),
        (filter(json!({"matches": []})), "SDRS.2212"),
        (filter(json!({"matches": [{"value": "a"}]})), "SDRS.2213"),
        (filter(json!({"matches": [{"key": "a", "value": "a"}]})), "SDRS.2214"),
        (filter(json!({"matches": [{"key": "resource_name"}]})), "SDRS.2216"),
    ] {
        let answer = find(&world, body).await;
        assert!(
            answer.status == 400 && answer.body.contains(code),
            "{code}: {}",
            answer.body
        );
    }
}

#[tokio::test]
async fn times_are_numbers_only_where_the_live_service_writes_them_so() {
    for (dialect, flavor, number) in [
        (Dialect::Documented, Flavour::Huawei, false),
        (Dialect::Live, Flavour::Huawei, true),
        (Dialect::Live, Flavour::Otc, false),
    ] {
        let world = World::with(Config {
            dialect,
            flavor,
            ..Config::test()
        });
        let found = find(&world, json!({"action": "filter"})).await.json();
        let detail = &found["resources"][0]["resource_detail"];
        assert_eq!(detail["created_at"].is_i64(), number, "{detail}");
        assert_eq!(detail["updated_at"].is_string(), !number, "{detail}");
        assert_eq!(detail.as_object().map(serde_json::Map::len), Some(14));
    }
}

#[tokio::test]
async fn the_tags_of_a_project_are_its_keys_with_all_their_values_both_sorted() {
    let tagged = |n: usize, tags: Value| but(instance(n, 1, "available", &[]), "tags", tags);
    let template = json!({
        "server_groups": [group(1, "available")],
        "protected_instances": [
            tagged(1, json!([{"key": "b", "value": "2"}, {"key": "a", "value": ""}])),
            tagged(2, json!([{"key": "b", "value": "1"}])),
            tagged(3, json!([{"key": "b", "value": "2"}, {"key": "B", "value": "2"}])),
        ],
    });
    for dialect in DIALECTS {
        let world = world(&template, speaking(dialect));
        let all = world.get("/protected-instances/tags").await;
        let b = json!({"key": "b", "values": ["1", "2"]});
        let expected = json!({"tags": [{"key": "B", "values": ["2"]}, {"key": "a", "values": [""]}, b]});
        assert_eq!(all.json(), expected);
        let path = format!("/protected-instances/{}/tags", instance_id(1));
        let own = world.get(&path).await.json();
        assert_eq!(
            own,
            json!({"tags": [{"key": "b", "value": "2"}, {"key": "a", "value": ""}]})
        );
        let unseen = send(world.request_of("not a project", Method::GET, "/protected-instances/tags")).await;
        unseen.is_refused(dialect, "SDRS.0001", "Invalid tenant ID");
    }
    let bare = json!({"server_groups": [group(1, "available")]});
    let none = world(&bare, Config::test()).get("/protected-instances/tags").await;
    assert_eq!(none.json(), json!({"tags": []}));
}
