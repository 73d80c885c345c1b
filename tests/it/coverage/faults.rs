//! Every refusal that only a fault can bring about, raised by one at each operation that the table gives it to.

use sdrs_mock::api::error::Dialect;
use sdrs_mock::domain::rules::Flavour;
use sdrs_mock::store::faults::{Effect, Fault};
use serde_json::{Map, Value};

use super::operations::{OPERATIONS, Operation};
use super::recipes::can_be;
use super::requests::Request;
use super::table::{Expected, Grade, Row, TABLE};
use super::{FLAVOURS, differs, speaking, start};
use crate::support::{DIALECTS, World};

/// The rows of an operation that nothing but a fault can raise there.
fn rows(operation: &'static Operation, flavour: Flavour, dialect: Dialect) -> Vec<&'static Row> {
    let all = TABLE.shared(operation).chain(TABLE.own(operation));
    let raised = |row: &&Row| row.grade == Grade::FaultOnly && can_be(operation, row, flavour.word(), dialect);
    all.filter(raised).collect()
}

/// What is wrong with the answer to a request that meets a fault for this row.
fn wrong(world: &World, operation: &'static Operation, row: &Row, dialect: Dialect) -> Option<String> {
    let Expected { status, code, .. } = row.answered(dialect)?;
    let fault = Fault::new(Effect::Error {
        status,
        code: Some(code),
        retry_after: None,
    });
    let control = world.server.control();
    let project = &operation.name;
    let scope = if operation.is_of_project() {
        control.project(project)
    } else {
        control.all()
    };
    let id = match scope.arm(&fault.on(&operation.name).first(1)) {
        Ok(id) => id,
        Err(refused) => return Some(refused.to_string()),
    };
    let request = Request::plain(operation);
    let answer = request.send_with(world, project, &[]);
    scope.clear_faults().expect("faults can be taken back");
    if answer.header("X-Mock-Fault") != id {
        return Some(format!("no fault was met: {} {}", answer.status, answer.body));
    }
    differs(&answer, row, dialect)
}

#[test]
fn every_row_that_only_a_fault_can_produce_is_raised_by_one() {
    let (mut faults, mut raised) = (Vec::new(), 0);
    for dialect in DIALECTS {
        for flavour in FLAVOURS {
            let world = start(Value::Object(Map::new()), speaking(dialect, flavour));
            for operation in OPERATIONS.iter() {
                for row in rows(operation, flavour, dialect) {
                    raised += 1;
                    if let Some(wrong) = wrong(&world, operation, row, dialect) {
                        let words = (dialect.word(), flavour.word());
                        faults.push(format!("{words:?} {} {}: {wrong}", operation.name, row.code));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(raised > 0);
}

#[test]
fn every_row_that_only_a_fault_can_produce_can_be_somewhere() {
    let mut missed = Vec::new();
    for (list, all) in TABLE.lists() {
        for row in all.iter().filter(|row| row.grade == Grade::FaultOnly) {
            let is_raised = |operation: &'static Operation, flavour, dialect| {
                let mut rows = rows(operation, flavour, dialect).into_iter();
                rows.any(|other| std::ptr::eq(other, row))
            };
            for dialect in DIALECTS {
                let mut everywhere = OPERATIONS.iter();
                if !everywhere.any(|operation| FLAVOURS.iter().any(|flavour| is_raised(operation, *flavour, dialect))) {
                    missed.push(format!("{} {list} {}", dialect.word(), row.code));
                }
            }
        }
    }
    assert_eq!(missed, [""; 0]);
}
