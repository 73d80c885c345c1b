//! What every operation can answer, whatever it does: each row, at each operation, in both dialects.

use std::io::Write;
use std::time::Duration;

use sdrs_mock::Config;
use sdrs_mock::api::auth::Auth;
use sdrs_mock::api::error::Dialect;
use sdrs_mock::config::{Size, Span};
use sdrs_mock::domain::rules::Flavour;
use serde_json::{Map, Value};

use super::operations::{OPERATIONS, Operation};
use super::requests::Request;
use super::table::{Grade, Row, TABLE};
use super::{differs, speaking, start};
use crate::support::{Answer, DIALECTS, World, read_all};

/// How a row is provoked at every operation.
struct Way {
    status: Option<u16>,
    code: &'static str,
    config: fn(Config) -> Config,
    /// What happens before anything else.
    first: fn(&World),
    send: fn(&World, &Request) -> Answer,
}

const WAYS: &[Way] = &[
    Way {
        status: None,
        code: "SDRS.0001",
        config: |config| config,
        first: |_| {},
        send: |world, request| request.send_with(world, "no.project", &[]),
    },
    Way {
        status: None,
        code: "SDRS.0201",
        config: |config| config,
        first: |_| {},
        send: |world, request| Answer::read(&world.raw(request.head("p", &["Content-Length: 5"]).as_bytes())),
    },
    Way {
        status: None,
        code: "SDRS.0002",
        config: strict,
        first: |_| {},
        send: |world, request| request.send_with(world, "p", &[&token(world, "another")]),
    },
    Way {
        status: Some(401),
        code: "APIGW.0301",
        config: strict,
        first: |_| {},
        send: |world, request| request.send_with(world, "p", &[]),
    },
    Way {
        status: Some(401),
        code: "APIGW.0307",
        config: strict,
        first: |_| {},
        send: |world, request| {
            let token = token(world, "p");
            let (status, _) = world.server.control().call("DELETE", "/_mock/tokens?project=p", "");
            assert_eq!(status, 200);
            request.send_with(world, "p", &[&token])
        },
    },
    Way {
        status: Some(406),
        code: "406",
        config: |config| config,
        first: |_| {},
        send: |world, request| request.send_with(world, "p", &["Accept: text/html"]),
    },
    Way {
        status: Some(408),
        code: "APIGW.0201",
        config: |config| Config {
            body_timeout: Span(Duration::from_millis(1)),
            ..config
        },
        first: |_| {},
        send: |world, request| {
            let mut socket = world.socket();
            let head = request.head("p", &["Content-Length: 5"]);
            socket.write_all(head.as_bytes()).expect("the server reads");
            Answer::read(&read_all(&mut socket))
        },
    },
    Way {
        status: Some(413),
        code: "APIGW.0201",
        config: |config| Config {
            body_limit: Size(4),
            ..config
        },
        first: |_| {},
        send: |world, request| Answer::read(&world.raw(request.head("p", &["Content-Length: 5"]).as_bytes())),
    },
    Way {
        status: Some(503),
        code: "503",
        config: |config| Config {
            max_projects: 1,
            ..config
        },
        first: |world| {
            let change = Request::plain(super::operations::named("UpdateDisasterRecoveryDrillName"));
            assert_eq!(change.send_with(world, "first", &[]).status, 200);
        },
        send: |world, request| request.send_with(world, "second", &[]),
    },
];

fn strict(config: Config) -> Config {
    let auth = Auth::Strict;
    Config { auth, ..config }
}

/// The header field that brings a token of this project.
fn token(world: &World, project: &str) -> String {
    let path = format!("/_mock/tokens?project={project}");
    let (status, body) = world.server.control().call("POST", &path, "");
    assert_eq!(status, 201, "{body}");
    let answer: Value = serde_json::from_str(&body).expect("JSON");
    format!("X-Auth-Token: {}", answer["token"].as_str().expect("a token"))
}

impl Way {
    fn is_of(&self, row: &Row) -> bool {
        (self.status, self.code) == (row.status, row.code.as_str())
    }

    fn faults(&self, row: &Row, dialect: Dialect) -> Vec<String> {
        let world = start(
            Value::Object(Map::new()),
            (self.config)(speaking(dialect, Flavour::Huawei)),
        );
        (self.first)(&world);
        let can = |operation: &&Operation| TABLE.shared(operation).any(|other| std::ptr::eq(other, row));
        let fault = |operation: &'static Operation| {
            let answer = (self.send)(&world, &Request::plain(operation));
            let fault = differs(&answer, row, dialect)?;
            Some(format!("{} {} {}: {fault}", dialect.word(), operation.name, row.code))
        };
        OPERATIONS.iter().filter(can).filter_map(fault).collect()
    }
}

#[test]
fn every_operation_answers_what_all_can_answer() {
    let mut faults = Vec::new();
    for row in TABLE.every.iter().filter(|row| row.grade != Grade::FaultOnly) {
        let way = WAYS.iter().find(|way| way.is_of(row));
        let way = way.unwrap_or_else(|| panic!("nothing provokes {:?} {}", row.status, row.code));
        let dialects = DIALECTS.iter().filter(|dialect| row.answered(**dialect).is_some());
        faults.extend(dialects.flat_map(|dialect| way.faults(row, *dialect)));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_way_is_that_of_a_row() {
    for way in WAYS {
        let mut rows = TABLE.every.iter().filter(|row| row.grade != Grade::FaultOnly);
        assert!(rows.any(|row| way.is_of(row)), "{:?} {}", way.status, way.code);
    }
}
