//! The catalogues equal the data that was taken from the documentation.

use sdrs_mock::api::OPERATIONS;
use sdrs_mock::domain::code::{CATALOGUE, Code, Listed};
use serde_json::{Value, json};

fn documented(text: &str) -> Vec<Value> {
    serde_json::from_str(text).expect("a list")
}

#[test]
fn the_catalogue_of_codes_equals_the_documented_table() {
    let documented = documented(include_str!("../../src/spec/errors.json"));
    let mut built: Vec<_> = CATALOGUE
        .iter()
        .map(|entry| {
            let flavours = match entry.listed {
                Listed::Both => json!(["huawei", "otc"]),
                Listed::Huawei => json!(["huawei"]),
            };
            (entry.code, u64::from(entry.status), entry.message, flavours)
        })
        .collect();
    let mut expected: Vec<_> = documented.iter().map(row).collect();
    built.sort_by_key(|row| row.0);
    expected.sort_by_key(|row| row.0);
    assert_eq!(built.len(), expected.len());
    for (built, expected) in built.iter().zip(&expected) {
        assert_eq!(built, expected);
    }
}

fn row(entry: &Value) -> (&str, u64, &str, Value) {
    let text = |member: &str| entry[member].as_str().expect("a text");
    let status = entry["status"].as_u64().expect("a number");
    (text("code"), status, text("message"), entry["flavours"].clone())
}

#[test]
fn every_code_finds_its_own_row_and_no_code_stands_there_twice() {
    assert_eq!(Code::ALL.len(), CATALOGUE.len());
    for (code, row) in Code::ALL.iter().zip(CATALOGUE) {
        assert_eq!(code.entry(), row);
    }
    let mut codes: Vec<_> = CATALOGUE.iter().map(|row| row.code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), CATALOGUE.len());
}

#[test]
fn every_operation_of_the_table_is_a_documented_one_with_its_method_and_path() {
    let documented = documented(include_str!("../../src/spec/operations.json"));
    for operation in OPERATIONS {
        let row = documented.iter().find(|row| row["operation"] == operation.name);
        let row = row.unwrap_or_else(|| panic!("{} is documented nowhere", operation.name));
        assert_eq!(row["method"], operation.method.as_str(), "{}", operation.name);
        assert_eq!(row["path"], operation.path, "{}", operation.name);
    }
}

#[test]
fn no_operation_and_no_route_stands_in_the_table_twice() {
    let mut names: Vec<_> = OPERATIONS.iter().map(|operation| operation.name).collect();
    let routes = OPERATIONS
        .iter()
        .map(|operation| format!("{} {} {:?}", operation.method, operation.path, operation.key));
    let mut routes: Vec<_> = routes.collect();
    names.sort_unstable();
    names.dedup();
    routes.sort_unstable();
    routes.dedup();
    assert_eq!((names.len(), routes.len()), (OPERATIONS.len(), OPERATIONS.len()));
}
