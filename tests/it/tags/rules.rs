//! What tags may be, in which statuses they change, and what a batch does: `tags.md` sections 2 and 3, row by row.

use reqwest::Method;
use sdrs_mock::Config;
use sdrs_mock::domain::protected_instance::ProtectedInstance;
use sdrs_mock::domain::resource::Resource;
use sdrs_mock::domain::rules::Flavour;
use serde_json::{Value, json};

use super::{add, batch, delete, of, tags};
use crate::stage::{but, group, instance, instance_id, speaking, world};
use crate::support::{Answer, DIALECTS, NOBODY, World, send};

/// The code of a refusal, or the status of what was done.
pub fn code(answer: &Answer) -> String {
    if answer.status < 300 {
        return answer.status.to_string();
    }
    let json = answer.json();
    let envelope = json.as_object().expect("an object").values().next().expect("one kind");
    envelope["code"].as_str().expect("a text").to_owned()
}

/// The six calls on the tags of one instance.
async fn all_calls(world: &World, instance: &str) -> Vec<Answer> {
    let base = format!("/protected-instances/{instance}/tags");
    let action = format!("{base}/action");
    let tags = json!([{"key": "k", "value": "v"}]);
    let batch = |action: &str| json!({"action": action, "tags": tags}).to_string();
    vec![
        world.post(&base, json!({"tag": tags[0]}).to_string()).await,
        world.post(&action, batch("create")).await,
        send(world.request(Method::DELETE, &format!("{base}/k"))).await,
        world.post(&action, batch("delete")).await,
        send(world.request(Method::DELETE, &action)).await,
        world.get(&base).await,
    ]
}

#[tokio::test]
async fn every_status_and_call_agree_with_the_table() {
    let unsound = ["creating", "deleting", "error", "error-deleting", "invalid"];
    let statuses = ProtectedInstance::STATUSES;
    assert_eq!(statuses.len(), 23);
    let tagged = json!([{"key": "k", "value": ""}, {"key": "action", "value": ""}]);
    let instances: Vec<_> = statuses
        .iter()
        .enumerate()
        .map(|(n, status)| but(instance(n, 1, status.word(), &[]), "tags", tagged.clone()))
        .collect();
    let template = json!({"server_groups": [group(1, "available")], "protected_instances": instances});
    for dialect in DIALECTS {
        let world = world(&template, speaking(dialect));
        for (n, status) in statuses.iter().enumerate() {
            let answers = all_calls(&world, &instance_id(n)).await;
            if unsound.contains(&status.word()) {
                let add = "Tag adding not allowed in the current protected instance state";
                let delete = "Tag deleting not allowed in the current protected instance state";
                answers[..2]
                    .iter()
                    .for_each(|no| no.is_refused(dialect, "SDRS.2221", add));
                answers[2..5]
                    .iter()
                    .for_each(|no| no.is_refused(dialect, "SDRS.2222", delete));
                assert_eq!(answers[5].json()["tags"], tagged, "{status}");
            } else {
                assert!(answers[..5].iter().all(|done| done.status == 204), "{status}");
                assert_eq!(answers[5].json(), json!({"tags": []}), "{status}");
            }
        }
    }
}

#[tokio::test]
async fn an_instance_that_is_malformed_or_unknown_has_no_tags_to_change() {
    for dialect in DIALECTS {
        let world = World::speaking(dialect);
        for answer in all_calls(&world, "nonsense").await {
            answer.is_refused(dialect, "SDRS.0208", "Invalid protected instance ID");
        }
        for answer in all_calls(&world, NOBODY).await {
            answer.is_absent(dialect, "SDRS.1320", "Protected instance not found");
        }
    }
}

#[tokio::test]
async fn a_key_has_1_to_36_characters_and_a_value_0_to_43() {
    for flavour in [Flavour::Huawei, Flavour::Otc] {
        let world = World::of(flavour);
        for (key, value, expected) in [
            ("演".repeat(36), "演".repeat(43), "204"),
            ("a".repeat(37), String::new(), "SDRS.2204"),
            ("a".to_owned(), "b".repeat(44), "SDRS.2207"),
            ("\u{3000}\t".to_owned(), String::new(), "SDRS.2205"),
            ("a b".to_owned(), " ".to_owned(), "204"),
        ] {
            let answer = add(&world, json!({"key": key, "value": value})).await;
            assert_eq!(code(&answer), expected, "{key:?}");
        }
        for forbidden in ('\0'..' ').chain("*<>\\=,|/".chars()) {
            let text = format!("a{forbidden}b");
            let answer = add(&world, json!({"key": text, "value": ""})).await;
            assert_eq!(code(&answer), "SDRS.2204", "{text:?}");
            let answer = add(&world, json!({"key": "a", "value": text})).await;
            assert_eq!(code(&answer), "SDRS.2207", "{text:?}");
        }
    }
}

#[tokio::test]
async fn a_body_of_another_shape_is_invalid() {
    let world = World::new();
    let whole = json!({"key": "a", "value": ""});
    for body in [
        json!({}),
        json!({"tag": null}),
        json!({"tag": [whole]}),
        json!([]),
        whole,
    ] {
        let answer = world.post(&of(""), body.to_string()).await;
        assert_eq!(code(&answer), "SDRS.0201", "{body}");
    }
    for tags in [
        json!({}),
        json!([1]),
        json!([{"key": 1, "value": ""}]),
        json!([["a", ""]]),
    ] {
        let answer = batch(&world, json!({"action": "create", "tags": tags})).await;
        assert_eq!(code(&answer), "SDRS.0201", "{tags}");
    }
}

#[tokio::test]
async fn a_batch_is_added_whole_or_not_at_all() {
    let world = World::new();
    let before = tags(&world).await;
    let key = |n: usize| json!({"key": format!("k{n}"), "value": ""});
    let keys = |range: std::ops::Range<usize>| range.map(key).collect::<Vec<_>>();
    for (new, expected) in [
        (json!([key(1), {"key": "k2"}]), "SDRS.2208"),
        (json!([key(1), {"key": "k2", "value": null}]), "SDRS.2208"),
        (json!([key(1), {"key": "k2", "value": "*"}]), "SDRS.2207"),
        (json!([key(1), {"key": "k*", "value": ""}]), "SDRS.2204"),
        (json!([key(1), {"value": ""}]), "SDRS.2205"),
        (json!([key(1), key(1)]), "SDRS.2209"),
        (json!(keys(0..11)), "SDRS.2203"),
        (json!(keys(0..10)), "SDRS.2203"),
    ] {
        let answer = batch(&world, json!({"action": "create", "tags": new})).await;
        assert_eq!(code(&answer), expected, "{new}");
        assert_eq!(tags(&world).await, before);
    }
    let answer = batch(&world, json!({"action": "create", "tags": keys(0..9)})).await;
    assert_eq!(code(&answer), "204");
    let overwriting: Vec<Value> = (0..9)
        .map(|n| json!({"key": format!("k{n}"), "value": "new"}))
        .collect();
    let answer = batch(&world, json!({"action": "create", "tags": overwriting})).await;
    assert_eq!(code(&answer), "204");
    let now = tags(&world).await;
    let new = now
        .as_array()
        .expect("a list")
        .iter()
        .filter(|tag| tag["value"] == "new");
    assert_eq!(new.count(), 9);
}

#[tokio::test]
async fn a_batch_deletes_by_key_or_by_key_and_value() {
    let world = World::new();
    let new = json!([{"key": "a", "value": ""}, {"key": "b", "value": "1"}, {"key": "c", "value": "1"}]);
    batch(&world, json!({"action": "create", "tags": new})).await;
    let unwanted = json!([
        {"key": "a", "value": ""}, {"key": "b", "value": ""}, {"key": "c"}, {"key": "nothing"},
        {"key": "*".repeat(200), "value": "*".repeat(200)},
    ]);
    let answer = batch(&world, json!({"action": "delete", "tags": unwanted})).await;
    assert_eq!(code(&answer), "204");
    let left = tags(&world).await;
    let left: Vec<_> = left.as_array().expect("a list").iter().map(|tag| &tag["key"]).collect();
    assert_eq!(left, ["aaaaaaa", "b"]);
    for key in [json!({}), json!({"key": null}), json!({"key": ""}), json!({"key": " "})] {
        let answer = batch(&world, json!({"action": "delete", "tags": [{"key": "b"}, key]})).await;
        assert_eq!(code(&answer), "SDRS.2205", "{key}");
    }
    assert_eq!(tags(&world).await.as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_key_in_a_path_is_decoded_after_the_path_was_cut_and_bad_bytes_name_no_tag() {
    let strange = json!([{"key": "a b/c", "value": ""}, {"key": "\u{FFFD}", "value": ""}, {"key": "%", "value": ""}]);
    let template = json!({
        "server_groups": [group(1, "available")],
        "protected_instances": [but(instance(1, 1, "available", &[]), "tags", strange)],
    });
    let world = world(&template, Config::test());
    let base = format!("/protected-instances/{}/tags", instance_id(1));
    for (key, expected) in [
        ("%FF", "SDRS.2206"),
        ("%20", "SDRS.2205"),
        ("a%20b%2Fc", "204"),
        ("a%20b%2Fc", "SDRS.2206"),
        ("%25", "204"),
        ("%EF%BF%BD", "204"),
    ] {
        let answer = send(world.request(Method::DELETE, &format!("{base}/{key}"))).await;
        assert_eq!(code(&answer), expected, "{key}");
    }
    assert_eq!(world.get(&base).await.json(), json!({"tags": []}));
    assert_eq!(code(&delete(&world, "a").await), "SDRS.1320");
}

#[tokio::test]
async fn a_change_of_tags_leaves_the_time_of_the_last_change() {
    let world = World::new();
    let path = format!("/protected-instances/{}", super::INSTANCE);
    let before = world.get(&path).await.json()["protected_instance"]["updated_at"].clone();
    add(&world, json!({"key": "k", "value": ""})).await;
    delete(&world, "k").await;
    assert_eq!(
        world.get(&path).await.json()["protected_instance"]["updated_at"],
        before
    );
}
