//! What the API can answer is one table, `src/spec/refusals.json`: here each of its rows is provoked over HTTP, and what
//! else says which errors there are is written from it.

mod document;
mod every;
mod faults;
mod limits;
pub mod operations;
mod recipes;
mod refusals;
mod requests;
mod successes;
pub mod table;

use sdrs_mock::Config;
use sdrs_mock::api::error::Dialect;
use sdrs_mock::domain::rules::Flavour;
use serde_json::Value;

use self::requests::REQUESTS;
use self::table::{Expected, GATEWAY_FORM, Row};
use crate::made::started_from;
use crate::support::{Answer, World};

const FLAVOURS: [Flavour; 2] = [Flavour::Huawei, Flavour::Otc];

/// A server whose projects start from the world of the requests; those that are named here, from their own.
fn start(projects: Value, config: Config) -> World {
    let fixture = serde_json::json!({"schema_version": 1, "template": REQUESTS.world, "projects": projects});
    started_from(&fixture, config)
}

fn speaking(dialect: Dialect, flavor: Flavour) -> Config {
    Config {
        dialect,
        flavor,
        ..Config::test()
    }
}

/// What is wrong with an answer that should be this row's in this dialect.
fn differs(answer: &Answer, row: &Row, dialect: Dialect) -> Option<String> {
    let expected = row.answered(dialect)?;
    let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    let (kind, inner) = body.as_object().and_then(|body| body.iter().next()).unzip();
    let own_form = body.get(GATEWAY_FORM).is_some();
    let (kind, code, message) = if own_form {
        (GATEWAY_FORM, &body[GATEWAY_FORM], &body["error_msg"])
    } else {
        let inner = inner.unwrap_or(&Value::Null);
        (kind.map_or("", String::as_str), &inner["code"], &inner["message"])
    };
    let said = message.as_str().unwrap_or_default();
    // The one that is answered as an unknown path says nothing of its own.
    let says = row.status == Some(501) || said.split(": ").next() == Some(row.message());
    let Expected {
        status,
        kind: wanted,
        code: wanted_code,
    } = &expected;
    let fits = answer.status == *status && kind == *wanted && code == wanted_code.as_str() && says;
    let grade = row.grade.word();
    (!fits).then(|| {
        format!(
            "{expected:?} ({grade}) is expected, {} {} was answered",
            answer.status, answer.body
        )
    })
}
