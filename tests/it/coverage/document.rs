//! The error answers of the OpenAPI document, written from the table: `UPDATE_EXPECT=1` writes them anew.

use std::collections::{BTreeMap, BTreeSet};

use expect_test::expect_file;
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::table::{Expected, GATEWAY_FORM, Row, TABLE};
use crate::support::contract::{DOCUMENT, METHODS, operations};

/// The codes that each kind of envelope can have.
type Codes = BTreeMap<&'static str, BTreeSet<String>>;

/// Every member that an envelope can have its code in, and the envelope's schema.
const KINDS: [(&str, &str); 4] = [
    ("badrequest", "BadRequest"),
    ("itemNotFound", "ItemNotFound"),
    ("error", "ServiceError"),
    (GATEWAY_FORM, "GatewayForm"),
];

/// What these rows are answered with in either dialect, by status.
fn answers<'r>(rows: impl Iterator<Item = &'r Row>) -> BTreeMap<u16, Codes> {
    let mut answers = BTreeMap::<u16, Codes>::new();
    for row in rows {
        for Expected { status, kind, code } in row.answers() {
            let codes = answers.entry(status).or_default();
            codes.entry(kind).or_default().insert(code);
        }
    }
    answers
}

/// The name of the answer that operations have in common.
fn name(status: u16) -> String {
    let status = StatusCode::from_u16(status).expect("a status");
    status.canonical_reason().expect("one that has a name").replace(' ', "")
}

fn response(status: u16, codes: &Codes) -> Value {
    let kinds = KINDS.iter().filter(|(kind, _)| codes.contains_key(kind));
    let (mut members, mut envelopes) = (Map::new(), Vec::new());
    for (kind, schema) in kinds {
        let codes = json!({"enum": codes[kind]});
        let own_form = *kind == GATEWAY_FORM;
        let member = if own_form {
            codes
        } else {
            json!({"properties": {"code": codes}})
        };
        members.insert((*kind).to_owned(), member);
        envelopes.push(json!({"$ref": format!("#/components/schemas/{schema}")}));
    }
    // No envelope admits another's member, so each list of codes binds its own envelope alone.
    let schema = json!({"anyOf": envelopes, "properties": members});
    json!({
        "description": description(status),
        "headers": {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}},
        "content": {"application/json": {"schema": schema}},
    })
}

fn description(status: u16) -> String {
    let of_status = TABLE.every.iter().find(|row| row.status == Some(status));
    let text = match status {
        400 => "a rule refused the request",
        404 => "what the URL names does not exist",
        500 => "the service failed",
        501 => "the flavour does not have this operation",
        _ => of_status.map_or("", |row| &row.when),
    };
    let (first, rest) = text.split_at(1);
    format!("{}{rest}.", first.to_uppercase())
}

/// The document with the errors that the table gives each route, and those alone.
fn document() -> Value {
    let mut document = DOCUMENT.clone();
    let every = answers(TABLE.every.iter());
    let mut used = BTreeMap::new();
    for (path, item) in document["paths"].as_object_mut().expect("paths") {
        for method in METHODS
            .iter()
            .filter(|method| DOCUMENT["paths"][path][**method].is_object())
        {
            let here = operations(&DOCUMENT["paths"][path][*method]);
            let own = here.iter().flat_map(|operation| TABLE.own(operation));
            let shared = here.iter().flat_map(|operation| TABLE.shared(operation));
            let responses = item[*method]["responses"].as_object_mut().expect("answers");
            responses.retain(|status, _| status.starts_with('2'));
            for (status, codes) in answers(own.chain(shared)) {
                let answer = if every.get(&status) == Some(&codes) {
                    let reference = json!({"$ref": format!("#/components/responses/{}", name(status))});
                    used.insert(status, codes);
                    reference
                } else {
                    response(status, &codes)
                };
                responses.insert(status.to_string(), answer);
            }
            // The one parameter that is a word of the path: with another it is the path of no operation.
            if path == "/{api_version}" {
                let unknown = || BTreeSet::from(["APIGW.0101".to_owned()]);
                let codes = Codes::from([("itemNotFound", unknown()), (GATEWAY_FORM, unknown())]);
                responses.insert("404".to_owned(), response(404, &codes));
            }
        }
    }
    let components = document["components"]["responses"].as_object_mut().expect("answers");
    components.retain(|name, _| ["Accepted", "Done"].contains(&name.as_str()));
    components.extend(
        used.iter()
            .map(|(status, codes)| (name(*status), response(*status, codes))),
    );
    document
}

#[test]
fn the_errors_of_the_document_are_those_of_the_table() {
    let text = serde_json::to_string_pretty(&document()).expect("JSON");
    expect_file!["../../../src/spec/openapi.json"].assert_eq(&(text + "\n"));
}
