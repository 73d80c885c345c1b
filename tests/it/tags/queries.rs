//! Finding instances by tags and names: `tags.md` section 4, row by row.

use sdrs_mock::Config;
use sdrs_mock::domain::rules::Flavour;
use serde_json::{Value, json};

use super::find;
use super::rules::code;
use crate::stage::{but, group, instance, world};
use crate::support::{DIALECTS, World};

/// Three instances: `one` has a=1 and b=1, `two` has a=2, `three` has no tags.
fn template() -> Value {
    let tagged =
        |n: usize, name: &str, tags: Value| but(but(instance(n, 1, "available", &[]), "name", name), "tags", tags);
    json!({
        "server_groups": [group(1, "available")],
        "protected_instances": [
            tagged(1, "one", json!([{"key": "a", "value": "1"}, {"key": "b", "value": "1"}])),
            tagged(2, "two", json!([{"key": "a", "value": "2"}])),
            tagged(3, "three", json!([])),
        ],
    })
}

/// The names that a query finds, in their order.
async fn found(world: &World, conditions: &Value) -> Vec<String> {
    let mut body = conditions.clone();
    body["action"] = "filter".into();
    let answer = find(world, body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let json = answer.json();
    let rows = json["resources"].as_array().expect("a list");
    rows.iter()
        .map(|row| row["resource_name"].as_str().expect("a text").to_owned())
        .collect()
}

fn key(key: &str, values: &[&str]) -> Value {
    json!({"key": key, "values": values})
}

#[tokio::test]
async fn each_list_admits_what_it_says_and_all_conditions_must_hold() {
    let world = world(&template(), Config::test());
    let (two, both) = (key("a", &["2"]), key("a", &["1", "2"]));
    let (a, b, none) = (key("a", &[]), key("b", &[]), key("c", &[]));
    for (conditions, expected) in [
        (json!({}), vec!["one", "two", "three"]),
        (
            json!({"tags": [], "tags_any": [], "not_tags": [], "not_tags_any": []}),
            vec!["one", "two", "three"],
        ),
        (json!({"tags": null, "matches": null}), vec!["one", "two", "three"]),
        (json!({"tags": [a]}), vec!["one", "two"]),
        (json!({"tags": [both]}), vec!["one", "two"]),
        (json!({"tags": [a, b]}), vec!["one"]),
        (json!({"tags": [a, none]}), vec![]),
        (json!({"tags": [key("A", &[])]}), vec![]),
        (json!({"tags": [key("a", &[""])]}), vec![]),
        (json!({"tags_any": [two, b]}), vec!["one", "two"]),
        (json!({"tags_any": [none]}), vec![]),
        (json!({"not_tags": [a, b]}), vec!["two", "three"]),
        (json!({"not_tags": [a]}), vec!["three"]),
        (json!({"not_tags": [none]}), vec!["one", "two", "three"]),
        (json!({"not_tags_any": [b, none]}), vec!["two", "three"]),
        (json!({"not_tags_any": [both]}), vec!["three"]),
        (json!({"tags": [a], "not_tags_any": [b]}), vec!["two"]),
        (json!({"tags_any": [a], "not_tags": [two]}), vec!["one"]),
        (
            json!({"matches": [{"key": "resource_name", "value": "T"}]}),
            vec!["two", "three"],
        ),
        (
            json!({"tags": [a], "matches": [{"key": "resource_name", "value": "w"}]}),
            vec!["two"],
        ),
        (json!({"matches": [{"key": "resource_name", "value": ""}]}), vec![]),
    ] {
        assert_eq!(found(&world, &conditions).await, expected, "{conditions}");
        let mut counted = conditions.clone();
        counted["action"] = "count".into();
        let total = json!({"total_count": expected.len()});
        assert_eq!(find(&world, counted).await.json(), total, "{conditions}");
    }
}

#[tokio::test]
async fn limit_and_offset_are_texts_or_numbers() {
    let world = world(&template(), Config::test());
    for (page, expected) in [
        (json!({"limit": "1"}), vec!["one"]),
        (json!({"limit": 2}), vec!["one", "two"]),
        (json!({"offset": "1"}), vec!["two", "three"]),
        (json!({"offset": 2}), vec!["three"]),
        (json!({"limit": "1", "offset": 1}), vec!["two"]),
        (json!({"limit": 1000, "offset": "3"}), vec![]),
        (json!({"limit": null, "offset": null}), vec!["one", "two", "three"]),
    ] {
        assert_eq!(found(&world, &page).await, expected, "{page}");
    }
}

#[tokio::test]
async fn blanks_around_keys_and_values_are_cut_full_width_ones_by_huawei_cloud_only() {
    for (flavor, wide) in [(Flavour::Huawei, vec!["one"]), (Flavour::Otc, vec![])] {
        let world = world(
            &template(),
            Config {
                flavor,
                ..Config::test()
            },
        );
        assert_eq!(found(&world, &json!({"tags": [key(" b ", &[" 1 "])]})).await, ["one"]);
        let asked = json!({"tags": [key("\u{3000}b", &["1\u{3000}"])]});
        assert_eq!(found(&world, &asked).await, wide);
    }
}

/// Every row of the table of violations, and what keeps the rule by one.
fn rows() -> Vec<(Value, &'static str)> {
    let long = |n: usize| "a".repeat(n);
    let matching = |key: Value, value: Value| json!({"matches": [{"key": key, "value": value}]});
    let name = json!("resource_name");
    vec![
        (json!({"limit": "a"}), "SDRS.2220"),
        (json!({"limit": ""}), "SDRS.2220"),
        (json!({"limit": "1001"}), "SDRS.2220"),
        (json!({"limit": 1.5}), "SDRS.2220"),
        (json!({"limit": -1}), "SDRS.2220"),
        (json!({"limit": true}), "SDRS.0201"),
        (json!({"offset": "-1"}), "SDRS.0222"),
        (json!({"offset": "a"}), "SDRS.0222"),
        (json!({"offset": 0.5}), "SDRS.0222"),
        (json!({"tags": [{"key": null, "values": []}]}), "SDRS.2205"),
        (json!({"tags": [key("", &[])]}), "SDRS.2205"),
        (json!({"tags": [key(" ", &[])]}), "SDRS.2205"),
        (json!({"tags": [key(&long(127), &[])]}), "200"),
        (json!({"tags": [key(&long(128), &[])]}), "SDRS.2204"),
        (json!({"tags": [key("a", &[]), key(" a", &[])]}), "SDRS.2209"),
        (json!({"tags": [key("a", &["1", "1 "])]}), "SDRS.2219"),
        (json!({"tags": [{"key": "a", "values": null}]}), "SDRS.2208"),
        (json!({"tags": [key("a", &[&long(255)])]}), "200"),
        (json!({"tags": [key("a", &[&long(256)])]}), "SDRS.2207"),
        (json!({"tags": [key("a", &[" * "])]}), "SDRS.2207"),
        (json!({"tags": {}}), "SDRS.0201"),
        (json!({"matches": []}), "SDRS.2212"),
        (matching(Value::Null, json!("a")), "SDRS.2213"),
        (matching(json!(""), json!("a")), "SDRS.2213"),
        (matching(json!("name"), json!("a")), "SDRS.2214"),
        (
            json!({"matches": [{"key": name, "value": "a"}, {"key": name, "value": "b"}]}),
            "SDRS.2215",
        ),
        (matching(name.clone(), Value::Null), "SDRS.2216"),
        (matching(name.clone(), json!(long(255))), "200"),
        (matching(name, json!(long(256))), "SDRS.2217"),
    ]
}

#[tokio::test]
async fn every_violation_has_its_code_in_every_list_and_dialect() {
    for dialect in DIALECTS {
        let world = World::speaking(dialect);
        for (conditions, expected) in rows() {
            for list in ["tags", "tags_any", "not_tags", "not_tags_any"] {
                let mut body = conditions.clone();
                body["action"] = "filter".into();
                let members = body.as_object_mut().expect("an object");
                if let Some(tags) = members.remove("tags") {
                    members.insert(list.to_owned(), tags);
                }
                assert_eq!(code(&find(&world, body).await), expected, "{conditions} in {list}");
            }
        }
        for body in [
            json!({"action": "count", "limit": 1}),
            json!({"action": "count", "offset": "0"}),
        ] {
            let message = "limit and offset are not supported when action is set to count";
            find(&world, body).await.is_refused(dialect, "SDRS.2211", message);
        }
    }
}

#[tokio::test]
async fn a_list_has_as_many_keys_and_a_key_as_many_values_as_the_flavour_admits() {
    for (flavour, most) in [(Flavour::Huawei, 10), (Flavour::Otc, 20)] {
        let world = World::of(flavour);
        let texts = |count: usize| (0..count).map(|n| n.to_string()).collect::<Vec<_>>();
        let keys = |count: usize| texts(count).iter().map(|name| key(name, &[])).collect::<Vec<_>>();
        let values = |count: usize| json!([{"key": "a", "values": texts(count)}]);
        for (tags, expected) in [
            (json!(keys(most)), "200"),
            (json!(keys(most + 1)), "SDRS.2203"),
            (values(most), "200"),
            (values(most + 1), "SDRS.2218"),
        ] {
            let answer = find(&world, json!({"action": "filter", "tags": tags})).await;
            assert_eq!(code(&answer), expected, "{tags}");
        }
    }
}
