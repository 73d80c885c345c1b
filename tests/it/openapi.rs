//! The OpenAPI document says what the documentation's data say.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::contract::{DOCUMENT, METHODS, at, elements, members, resolve, schema};

/// An operation as the document has it.
struct Described {
    name: &'static str,
    method: &'static str,
    path: &'static str,
    /// The method's description, which operations of a shared route have in common.
    route: &'static Value,
    /// The operation's own: the same, or its entry among several.
    own: &'static Value,
    /// Parameters of the path and of the method, the project's left out.
    parameters: Vec<&'static Value>,
    /// The schema of the body.
    body: &'static Value,
}

fn described() -> Vec<Described> {
    let mut all = Vec::new();
    for (path, item) in members(&DOCUMENT["paths"]) {
        for (method, route) in members(item).filter(|(name, _)| METHODS.contains(&name.as_str())) {
            let parameters = elements(&item["parameters"]).chain(elements(&route["parameters"]));
            let parameters = parameters
                .map(resolve)
                .filter(|parameter| parameter["name"] != "project_id");
            let parameters: Vec<_> = parameters.collect();
            let mut push = |name: &'static Value, own, body| {
                let name = name.as_str().expect("an operation has a name");
                let parameters = parameters.clone();
                all.push(Described {
                    name,
                    method,
                    path,
                    route,
                    own,
                    parameters,
                    body,
                });
            };
            if route["operationId"].is_string() {
                push(&route["operationId"], route, schema(&route["requestBody"]));
            }
            for own in elements(&route["x-operations"]) {
                push(&own["name"], own, at(own["body"].as_str().expect("a reference")));
            }
        }
    }
    all
}

fn operations() -> Vec<Value> {
    serde_json::from_str(include_str!("../../src/spec/operations.json")).expect("a list")
}

fn texts(list: &Value) -> BTreeSet<&str> {
    let list = list.as_array().into_iter().flatten();
    list.map(|text| text.as_str().expect("a text")).collect()
}

#[test]
fn the_document_has_every_operation_once_where_and_how_the_documentation_has_it() {
    let (described, rows) = (described(), operations());
    assert_eq!((described.len(), rows.len()), (49, 49));
    let routes: BTreeSet<_> = described.iter().map(|one| (one.method, one.path)).collect();
    assert_eq!(routes.len(), 45);
    for row in &rows {
        let mut found = described.iter().filter(|one| row["operation"] == one.name);
        let one = found.next().unwrap_or_else(|| panic!("{row} is missing"));
        assert!(found.next().is_none(), "{} stands there twice", one.name);
        assert_eq!(row["method"], one.method.to_uppercase(), "{}", one.name);
        assert_eq!(row["path"], one.path, "{}", one.name);
        let statuses = members(&one.route["responses"]).map(|(status, _)| status.as_str());
        let successes: Vec<_> = statuses.filter(|status| status.starts_with('2')).collect();
        assert_eq!(successes, [&*row["success_status"].to_string()], "{}", one.name);
        let both = json!(["huawei", "otc"]);
        let flavours = one.own.get("x-flavours").unwrap_or(&both);
        assert_eq!(&row["flavours"], flavours, "{}", one.name);
        let types = match &row["job_type"] {
            Value::Null => &Value::Null,
            Value::String(_) => &json!([row["job_type"]]),
            several => several,
        };
        assert_eq!(&one.own["x-job-types"], types, "{}", one.name);
    }
}

#[test]
fn roots_and_query_parameters_are_those_of_the_documentation() {
    let described = described();
    for row in operations() {
        let one = described
            .iter()
            .find(|one| row["operation"] == one.name)
            .expect("it is there");
        let in_query = one.parameters.iter().filter(|parameter| parameter["in"] == "query");
        let asked: BTreeSet<_> = in_query.filter_map(|parameter| parameter["name"].as_str()).collect();
        let mut documented = texts(&row["query"]);
        documented.extend(texts(&row["query_doc_only"]));
        assert_eq!(asked, documented, "{}", one.name);
        if let Some(root) = row["body_root"].as_str() {
            let roots: Vec<_> = members(&one.body["properties"]).map(|(name, _)| name).collect();
            assert_eq!(roots, [root], "{}", one.name);
        }
        let answer = resolve(&one.route["responses"][row["success_status"].to_string()]);
        if let Some(root) = row["response_root"].as_str() {
            let known = resolve(schema(answer))["properties"].get(root);
            assert!(known.is_some(), "{} does not answer with {root}", one.name);
        }
    }
}

/// Members that the facts call a text, and that may be a number as well: some clients send them so, and the live
/// service of one flavour answers so.
const BOTH: [&str; 4] = [
    "ListProtectedInstancesByTags.request.body.limit",
    "ListProtectedInstancesByTags.request.body.offset",
    "ListProtectedInstancesByTags.response.resources[].resource_detail.created_at",
    "ListProtectedInstancesByTags.response.resources[].resource_detail.updated_at",
];

#[test]
fn every_member_has_the_type_that_strictly_typed_clients_decode() {
    let facts: Value = serde_json::from_str(include_str!("data/types.json")).expect("it is JSON");
    let facts = facts["operations"].as_object().expect("an object");
    let described = described();
    let named: BTreeSet<_> = described.iter().map(|one| one.name).collect();
    assert_eq!(named, facts.keys().map(String::as_str).collect());
    let mut wrong = Vec::new();
    for one in &described {
        let fact = &facts[one.name];
        let place = format!("{}.request", one.name);
        let mut asked: Vec<_> = one
            .parameters
            .iter()
            .map(|parameter| text(&parameter["name"]))
            .collect();
        for parameter in &one.parameters {
            let name = text(&parameter["name"]);
            compare(
                &parameter["schema"],
                &fact["request"][name],
                format!("{place}.{name}"),
                &mut wrong,
            );
        }
        if !one.body.is_null() {
            asked.push("body");
            compare(one.body, &fact["request"]["body"], format!("{place}.body"), &mut wrong);
        }
        asked.sort_unstable();
        let documented = fact["request"].as_object().expect("an object").keys();
        assert_eq!(
            asked,
            documented
                .map(String::as_str)
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect::<Vec<_>>()
        );
        let (_, success) = members(&one.route["responses"]).next().expect("a success");
        let answer = schema(resolve(success));
        if answer.is_null() {
            assert_eq!(fact["response"], json!({}), "{}", one.name);
        } else {
            compare(answer, &fact["response"], format!("{}.response", one.name), &mut wrong);
        }
    }
    assert_eq!(wrong, [""; 0]);
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// The schema behind references, and of two of which one is null, the other.
fn plain(schema: &'static Value) -> &'static Value {
    let schema = resolve(schema);
    let mut choices = elements(&schema["anyOf"]).filter(|choice| choice["type"] != "null");
    match (&schema["type"], choices.next()) {
        (Value::Null, Some(choice)) => plain(choice),
        _ => schema,
    }
}

/// The types that a schema admits, null left out.
fn types(schema: &'static Value) -> BTreeSet<&'static str> {
    let types = match &schema["type"] {
        Value::String(one) => BTreeSet::from([one.as_str()]),
        several => texts(several),
    };
    types.into_iter().filter(|name| *name != "null").collect()
}

/// Notes where a schema is not what the facts say.
fn compare(schema: &'static Value, fact: &Value, place: String, wrong: &mut Vec<String>) {
    let schema = plain(schema);
    let types = types(schema);
    let agrees = match fact {
        Value::Object(fact) => {
            let known: BTreeSet<_> = members(&schema["properties"]).map(|(name, _)| name).collect();
            for (name, member) in members(&schema["properties"]) {
                let fact = fact.get(name).unwrap_or(&Value::Null);
                compare(member, fact, format!("{place}.{name}"), wrong);
            }
            types == BTreeSet::from(["object"]) && known == fact.keys().collect()
        }
        Value::Array(fact) => {
            compare(&schema["items"], &fact[0], format!("{place}[]"), wrong);
            types == BTreeSet::from(["array"])
        }
        Value::String(fact) => match fact.strip_prefix("enum: ") {
            Some(words) => {
                let words: BTreeSet<_> = words.split('|').map(str::trim).filter(|word| *word != "null").collect();
                let listed = elements(&schema["enum"]).filter_map(Value::as_str);
                types == BTreeSet::from(["string"]) && listed.collect::<BTreeSet<_>>() == words
            }
            None => match &**fact {
                "any" => true,
                "string" if BOTH.contains(&&*place) => types == BTreeSet::from(["integer", "string"]),
                "number" => types == BTreeSet::from(["integer"]) || types == BTreeSet::from(["number"]),
                name => types == BTreeSet::from([name]),
            },
        },
        _ => false,
    };
    if !agrees {
        wrong.push(format!("{place} is not {fact}"));
    }
}

#[test]
fn every_component_is_used_and_every_reference_leads_to_one() {
    let mut used = BTreeSet::new();
    collect(&DOCUMENT, &mut used);
    let kinds = members(&DOCUMENT["components"]).filter(|(kind, _)| *kind != "securitySchemes");
    let known: BTreeSet<_> = kinds
        .flat_map(|(kind, all)| members(all).map(move |(name, _)| format!("#/components/{kind}/{name}")))
        .collect();
    assert_eq!(used, known);
}

/// Every text that refers to a component.
fn collect(value: &Value, used: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if text.starts_with("#/") => drop(used.insert(text.clone())),
        Value::Array(list) => list.iter().for_each(|value| collect(value, used)),
        Value::Object(members) => members.values().for_each(|value| collect(value, used)),
        _ => {}
    }
}
