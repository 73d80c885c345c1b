//! The generated documents: what `docs/` says of works and operations is what the code has, to the letter.
//!
//! `UPDATE_EXPECT=1 cargo test --test it documents` writes them anew.

use std::fmt::Write;

use expect_test::expect_file;
use sdrs_mock::api::{OPERATIONS, Operation};
use sdrs_mock::domain::status::Status;
use sdrs_mock::domain::work::{AnyWork, End, Of, Rule};
use serde_json::Value;

const LIFECYCLE: &str = "# Lifecycle

What each asynchronous operation needs, shows meanwhile, and leaves behind. Generated from the rules of the code
(`AnyWork::rules`) by `UPDATE_EXPECT=1 cargo test --test it documents`; the tests compare it.

An accepted request starts a job. From then on the row that the work is about has the status *during*; when the job
ends, the one *after success* or *after failure*, or the row is gone. \"As its group\" is the status that the group's
implies: `available`, `protected` or `failed-over`; while an action changes the group, the one that its members have
meanwhile. Where *members walk along*, so do the group's instances and pairs, or the pairs of an instance. *Code* is
what a job that fails reports when nobody asked for another one; *record* is its `failure_status` in the task center,
where it leaves one.

Unless it is told to fail, a job fails only when a pair is expanded to a size that it already has or exceeds.

";

const GATES: &str = "
## Gates

What must be in which status for a request to be accepted, in the order of checking; otherwise it is refused with the
code. What the request names is looked up before, and what no status tells is checked after.

";

const BEFORE: &str = "# Operations

All 49 operations, in the order of the router's table. Generated from that table (`OPERATIONS`) and from
`src/spec/operations.json` by `UPDATE_EXPECT=1 cargo test --test it documents`; the tests compare it.

Operations of one method and path are told apart by the *key*: a member of the body, or the value of its `action`. An
operation either is done when it is answered, or starts a *job*, whose rules are in [lifecycle.md](lifecycle.md). The
tag whose key is `action` is deleted under `…/tags/action`, where the batches are.

";

/// Which single operation a batch does several times; the documentation names no job type of batches.
const BATCHES: [(&str, &str); 2] = [
    ("BatchCreateProtectedInstances", "CreateProtectedInstance"),
    ("BatchDeleteProtectedInstances", "DeleteProtectedInstance"),
];

/// The documented operations, in the order of the documentation.
fn documented() -> Vec<Value> {
    serde_json::from_str(include_str!("../../src/spec/operations.json")).expect("a list")
}

fn text<'v>(row: &'v Value, member: &str) -> &'v str {
    row[member].as_str().expect("a text")
}

fn row<'v>(documented: &'v [Value], operation: &str) -> &'v Value {
    let row = documented.iter().find(|row| row["operation"] == operation);
    row.unwrap_or_else(|| panic!("{operation} is documented nowhere"))
}

/// The types of the jobs that an operation starts.
fn job_types<'v>(documented: &'v [Value], operation: &str) -> Vec<&'v str> {
    let single = BATCHES.iter().find(|(batch, _)| *batch == operation);
    let types = &row(documented, single.map_or(operation, |(_, single)| single))["job_type"];
    let several = types.as_array().into_iter().flatten().filter_map(Value::as_str);
    types.as_str().into_iter().chain(several).collect()
}

fn thing(of: Of) -> &'static str {
    match of {
        Of::Group => "group",
        Of::Instance => "instance",
        Of::Pair => "pair",
        Of::Drill => "drill",
    }
}

fn statuses(statuses: &[Status]) -> String {
    let words: Vec<_> = statuses.iter().map(|status| format!("`{status}`")).collect();
    words.join(", ")
}

fn end(end: End) -> String {
    match end {
        End::Is(status) => format!("`{status}`"),
        End::Base => "as its group".to_owned(),
        End::Vanishes => "gone".to_owned(),
    }
}

/// One row of the table of works.
fn work(name: &str, rule: &Rule, documented: &[Value]) -> String {
    let starts = |operation: &&str| job_types(documented, operation).contains(&rule.job_type);
    let operations = documented.iter().map(|row| text(row, "operation")).filter(starts);
    let operations: Vec<_> = operations.collect();
    assert!(!operations.is_empty(), "no operation starts {}", rule.job_type);
    format!(
        "| {name} | `{}` | {} | {} | `{}` | {} | {} | {} | {} | {} |",
        rule.job_type,
        operations.join(", "),
        thing(rule.of),
        rule.during,
        end(rule.done),
        end(rule.failed),
        if rule.members { "yes" } else { "no" },
        rule.failure.entry().code,
        rule.record.map_or("–".to_owned(), |record| format!("`{record}`")),
    )
}

#[test]
fn the_lifecycle_of_the_documentation_is_that_of_the_rules() {
    let documented = documented();
    let mut page = LIFECYCLE.to_owned();
    page += "| work | job type | operations | of | during | after success | after failure | members walk along | code | record |\n";
    page += "|---|---|---|---|---|---|---|---|---|---|\n";
    for (name, rule) in AnyWork::rules() {
        writeln!(page, "{}", work(name, rule, &documented)).expect("a text takes every line");
    }
    page += GATES;
    page += "| work | | of | must be | or else | |\n|---|--:|---|---|---|---|\n";
    for (name, rule) in AnyWork::rules() {
        if rule.gates.is_empty() {
            writeln!(page, "| {name} | – | – | – | – | – |").expect("a text takes every line");
        }
        for (place, gate) in (1..).zip(rule.gates) {
            let (of, allowed, denied) = (thing(gate.of), statuses(gate.allowed), gate.denied.entry());
            let (code, message) = (denied.code, denied.message);
            writeln!(page, "| {name} | {place} | {of} | {allowed} | {code} | {message} |")
                .expect("a text takes every line");
        }
    }
    expect_file!["../../docs/lifecycle.md"].assert_eq(&page);
}

#[test]
fn each_work_has_a_job_type_of_its_own_and_no_documented_one_is_without_a_work() {
    let documented = documented();
    let of_operations = documented
        .iter()
        .flat_map(|row| job_types(&documented, text(row, "operation")));
    let (mut of_works, mut of_operations): (Vec<_>, Vec<_>) = (
        AnyWork::rules().map(|(_, rule)| rule.job_type).collect(),
        of_operations.collect(),
    );
    of_works.sort_unstable();
    of_operations.sort_unstable();
    of_operations.dedup();
    assert_eq!(of_works.len(), 19);
    assert_eq!(of_works, of_operations);
}

/// One row of the table of operations.
fn line(operation: &Operation, documented: &[Value]) -> String {
    let row = row(documented, operation.name);
    let types: Vec<_> = job_types(documented, operation.name)
        .into_iter()
        .map(|name| format!("`{name}`"))
        .collect();
    assert_eq!(row["async"] == true, !types.is_empty(), "{}", operation.name);
    let parts = BATCHES.iter().any(|(batch, _)| *batch == operation.name);
    let job = match types.len() {
        0 => "–".to_owned(),
        _ if parts => format!("a batch of {}", types.join(", ")),
        _ => types.join(", "),
    };
    let flavours: Vec<_> = row["flavours"].as_array().expect("a list").iter().collect();
    let flavours: Vec<_> = flavours.into_iter().filter_map(Value::as_str).collect();
    let key = operation.key.map_or("–".to_owned(), |key| format!("`{key}`"));
    format!(
        "| {} | {} | `{}` | {key} | {job} | {} | {} |",
        operation.name,
        operation.method,
        operation.path,
        row["success_status"],
        flavours.join(", "),
    )
}

#[test]
fn the_operations_of_the_documentation_are_those_of_the_table() {
    let documented = documented();
    let mut page = BEFORE.to_owned();
    page += "| operation | method | path | key | job | success | flavours |\n|---|---|---|---|---|--:|---|\n";
    // The tag of the key `action` is met at a second place.
    let meant = |operation: &&Operation| row(&documented, operation.name)["path"] == operation.path;
    for operation in OPERATIONS.iter().filter(meant) {
        writeln!(page, "{}", line(operation, &documented)).expect("a text takes every line");
    }
    let rows = page
        .lines()
        .filter(|line| line.contains("/v1/") || line.contains("| `/"));
    assert_eq!(rows.count(), 49);
    expect_file!["../../docs/operations.md"].assert_eq(&page);
}
