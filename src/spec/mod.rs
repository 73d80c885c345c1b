//! Data from the documentation that the program carries: the OpenAPI document and the table of refusals.

use std::sync::LazyLock;

use indexmap::IndexMap;
use miniz_oxide::inflate::decompress_to_vec;
use serde::{Deserialize, Serialize};

use crate::api::Operation;

/// What every operation can be refused with, and what each can.
#[derive(Debug, Deserialize)]
pub struct Refusals {
    /// What does not depend on the operation.
    pub every: Vec<Refusal>,
    /// By the operation's name.
    pub operations: IndexMap<String, Vec<Refusal>>,
}

/// One refusal, and what the knowledge of it rests on.
#[derive(Debug, Deserialize)]
pub struct Refusal {
    /// The code that a client reads.
    pub code: String,
    /// How strong the evidence is.
    pub grade: Grade,
    /// On which occasion.
    pub when: String,
    /// Which of all operations answer so: `project` is those that are about one.
    #[serde(default)]
    pub of: Option<String>,
    /// The flavours that have it; all where nothing is said.
    #[serde(default)]
    pub flavours: Option<Vec<String>>,
}

/// What the knowledge of a refusal rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// A documentation says so.
    Documented,
    /// A client breaks without it.
    ClientProven,
    /// It was seen in a live cloud.
    Field,
    /// It fits best, without a source.
    Inferred,
    /// Only a fault of a tester raises it.
    #[serde(rename = "fault only")]
    FaultOnly,
}

/// The table of refusals, unpacked when it is first asked for.
pub fn refusals() -> &'static Refusals {
    static TABLE: LazyLock<Refusals> = LazyLock::new(|| {
        let text = unpack(include_bytes!(concat!(env!("OUT_DIR"), "/refusals")));
        serde_json::from_str(&text).expect("a test reads the same table")
    });
    &TABLE
}

/// The OpenAPI document.
pub fn openapi() -> String {
    unpack(include_bytes!(concat!(env!("OUT_DIR"), "/openapi")))
}

fn unpack(packed: &[u8]) -> String {
    let bytes = decompress_to_vec(packed).expect("it was packed by the build script");
    String::from_utf8(bytes).expect("the data is JSON")
}

impl Refusals {
    /// Everything that an operation of a flavour can be refused with: its own, then what every operation can.
    pub fn of<'t>(&'t self, operation: &'static Operation, flavour: &'t str) -> impl Iterator<Item = &'t Refusal> {
        let own = self.operations.get(operation.name).map_or(&[][..], Vec::as_slice);
        let is_here = move |row: &&Refusal| {
            let in_flavour = |flavours: &Vec<String>| flavours.iter().any(|word| word == flavour);
            row.flavours.as_ref().is_none_or(in_flavour) && (row.of.is_none() || operation.is_of_project())
        };
        let mut seen = std::collections::BTreeSet::new();
        own.iter()
            .chain(&self.every)
            .filter(is_here)
            .filter(move |row| seen.insert(&row.code))
    }
}
