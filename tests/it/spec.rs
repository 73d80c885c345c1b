//! The catalogues equal the data that was taken from the documentation.

use sdrs_mock::api::{HUAWEI_ONLY, OPERATIONS};
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

/// A tag whose key is `action` is deleted on the path of the batches, which the router meets first.
const OF_A_KEY: (&str, &str, &str) = ("DeleteProtectedInstanceTag", "tags/action", "tags/{key}");

#[test]
fn the_table_holds_every_documented_operation_with_its_method_and_path() {
    let documented = documented(include_str!("../../src/spec/operations.json"));
    for operation in OPERATIONS {
        let row = documented.iter().find(|row| row["operation"] == operation.name);
        let row = row.unwrap_or_else(|| panic!("{} is documented nowhere", operation.name));
        let (name, met, meant) = OF_A_KEY;
        let path = if operation.name == name {
            operation.path.replace(met, meant)
        } else {
            operation.path.to_owned()
        };
        assert_eq!(row["method"], operation.method.as_str(), "{}", operation.name);
        assert_eq!(row["path"], path, "{}", operation.name);
    }
    for row in &documented {
        let served = OPERATIONS.iter().filter(|operation| row["operation"] == operation.name);
        let expected = if row["operation"] == OF_A_KEY.0 { 2 } else { 1 };
        assert_eq!(served.count(), expected, "{row}");
    }
    assert_eq!(documented.len(), 49);
}

#[test]
fn the_operations_of_one_flavour_are_those_that_the_documentation_says() {
    let documented = documented(include_str!("../../src/spec/operations.json"));
    let one = documented
        .iter()
        .filter(|row| row["flavours"].as_array().is_some_and(|flavours| flavours.len() == 1));
    let mut one: Vec<_> = one.filter_map(|row| row["operation"].as_str()).collect();
    let mut table = HUAWEI_ONLY.to_vec();
    one.sort_unstable();
    table.sort_unstable();
    assert_eq!(table, one);
}

#[test]
fn no_route_stands_in_the_table_twice() {
    let routes = OPERATIONS
        .iter()
        .map(|operation| format!("{} {} {:?}", operation.method, operation.path, operation.key));
    let mut routes: Vec<_> = routes.collect();
    routes.sort_unstable();
    routes.dedup();
    assert_eq!(routes.len(), OPERATIONS.len());
}
