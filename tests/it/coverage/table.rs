//! The table of refusals as the tests read it, and what each row is answered with in either dialect.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use indexmap::IndexMap;
use sdrs_mock::api::error::Dialect;
use sdrs_mock::api::gateway;
use sdrs_mock::domain::code::{Code, Entry, Listed};
use serde::Deserialize;

use super::operations::{OPERATIONS, Operation};
use crate::support::DIALECTS;

/// `src/spec/refusals.json`, read once.
pub static TABLE: LazyLock<Table> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../../src/spec/refusals.json")).expect("rows of the table"));

/// The member of the gateway's own form that has the code, where other envelopes have a kind.
pub const GATEWAY_FORM: &str = "error_code";

/// What every operation can answer, and what each can beside that.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    pub every: Vec<Row>,
    pub operations: IndexMap<String, Vec<Row>>,
}

/// One refusal, and what says that it exists.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The HTTP status, where the code alone does not tell it.
    #[serde(default)]
    pub status: Option<u16>,
    pub code: String,
    pub grade: Grade,
    /// The flavours that answer so.
    #[serde(default = "both")]
    pub flavours: Vec<String>,
    /// The only dialect that answers so.
    #[serde(default)]
    pub only: Option<String>,
    /// Which of all operations answer so.
    #[serde(default)]
    pub of: Option<Scope>,
    /// Whether it says that what the URL names does not exist.
    #[serde(default)]
    pub absent: bool,
    pub when: String,
}

/// What a refusal rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum Grade {
    #[serde(rename = "documented")]
    Documented,
    #[serde(rename = "client-proven")]
    ClientProven,
    #[serde(rename = "field")]
    Field,
    #[serde(rename = "inferred")]
    Inferred,
    #[serde(rename = "fault only")]
    FaultOnly,
}

impl Grade {
    pub fn word(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::ClientProven => "client-proven",
            Self::Field => "field",
            Self::Inferred => "inferred",
            Self::FaultOnly => "fault only",
        }
    }
}

/// Some of all operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Those whose URL names a project.
    Project,
}

fn both() -> Vec<String> {
    vec!["huawei".to_owned(), "otc".to_owned()]
}

/// What a refusal is answered with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expected {
    pub status: u16,
    /// The member that tells which envelope it is.
    pub kind: &'static str,
    pub code: String,
}

impl Row {
    /// The row of the catalogue, where the code is one of the service's.
    pub fn entry(&self) -> Option<&'static Entry> {
        let mut entries = Code::ALL.iter().map(|code| code.entry());
        entries.find(|entry| entry.code == self.code)
    }

    /// The message, as far as it is always the same.
    pub fn message(&self) -> &'static str {
        let row = gateway::ALL
            .iter()
            .find(|row| Some(row.status) == self.status && row.code == self.code);
        self.entry()
            .map_or(row.map_or("", |row| row.message), |entry| entry.message)
    }

    /// The answer in this dialect, if it is given there.
    pub fn answered(&self, dialect: Dialect) -> Option<Expected> {
        if self.only.as_deref().is_some_and(|only| only != dialect.word()) {
            return None;
        }
        let of = |status, kind, code: &str| {
            let code = code.to_owned();
            Some(Expected { status, kind, code })
        };
        let Some(entry) = self.entry() else {
            let status = self.status.expect("a code of the gateway needs its status");
            return match (dialect, status) {
                (Dialect::Live, 501) => of(404, GATEWAY_FORM, "APIGW.0101"),
                // Of the others no live gateway is known to have said any, so they are answered as the service would.
                (Dialect::Live, 401 | 408 | 413) => of(status, GATEWAY_FORM, &self.code),
                (Dialect::Documented | Dialect::Live, _) => of(status, "error", &self.code),
            };
        };
        match dialect {
            Dialect::Documented if self.absent => of(404, "itemNotFound", entry.code),
            Dialect::Documented if entry.status == 400 => of(400, "badrequest", entry.code),
            Dialect::Documented | Dialect::Live => of(entry.status, "error", entry.code),
        }
    }
}

impl Row {
    /// The answers in both dialects.
    pub fn answers(&self) -> impl Iterator<Item = Expected> {
        DIALECTS.into_iter().filter_map(|dialect| self.answered(dialect))
    }
}

impl Table {
    /// What this operation alone can answer.
    pub fn own(&self, operation: &Operation) -> &[Row] {
        &self.operations[&operation.name]
    }

    /// What this operation answers as every other does.
    pub fn shared(&self, operation: &Operation) -> impl Iterator<Item = &Row> {
        let admits = move |row: &&Row| row.of.is_none() || operation.is_of_project();
        self.every.iter().filter(admits)
    }

    /// Every row of every list, after the name of its list.
    pub fn lists(&self) -> impl Iterator<Item = (&str, &Vec<Row>)> {
        let own = self.operations.iter().map(|(name, rows)| (name.as_str(), rows));
        std::iter::once(("every", &self.every)).chain(own)
    }
}

#[test]
fn the_table_has_every_operation_in_the_order_of_the_documentation() {
    let documented: Vec<_> = OPERATIONS.iter().map(|operation| &operation.name).collect();
    assert_eq!(TABLE.operations.keys().collect::<Vec<_>>(), documented);
}

#[test]
fn every_row_names_a_code_once_and_what_the_catalogue_says_of_it() {
    let mut wrong = Vec::new();
    for (list, rows) in TABLE.lists() {
        let codes: Vec<_> = rows.iter().map(|row| (row.status, &row.code)).collect();
        let mut sorted: Vec<_> = codes.clone();
        sorted.sort_by_key(|(status, code)| (status.is_some(), *status, *code));
        sorted.dedup();
        if codes.iter().collect::<BTreeSet<_>>().len() != codes.len() || sorted != codes {
            wrong.push(format!("{list} has a code twice, or not in order"));
        }
        for row in rows {
            let of_one = row.entry().is_some_and(|entry| entry.listed == Listed::Huawei);
            let huawei_only = row.flavours == ["huawei"];
            let gateway = row.entry().is_none();
            let nowhere = gateway != row.status.is_some() || (of_one && !huawei_only);
            let status = row.entry().map(|entry| entry.status);
            // The one code whose own status is 404 says by itself that something is missing.
            let absent = row.absent && gateway || status == Some(404) && !row.absent;
            if nowhere || absent || row.when.is_empty() || row.when.ends_with('.') {
                wrong.push(format!("{list} {}", row.code));
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn what_belongs_to_one_flavour_stands_at_an_operation_that_it_has() {
    for operation in OPERATIONS.iter() {
        for row in TABLE.own(operation).iter().filter(|row| row.status != Some(501)) {
            let meets = row.flavours.iter().any(|flavour| operation.flavours.contains(flavour));
            assert!(meets, "{} {}", operation.name, row.code);
        }
    }
}
