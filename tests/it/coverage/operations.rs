//! The operations as the documentation has them.

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

/// `src/spec/operations.json`, read once.
pub static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../src/spec/operations.json")).expect("rows of the table")
});

/// One row, without what no test here needs.
#[derive(Deserialize)]
pub struct Operation {
    #[serde(rename = "operation")]
    pub name: String,
    pub method: String,
    pub path: String,
    pub job_type: Value,
    pub query: Vec<String>,
    pub flavours: Vec<String>,
    pub success_status: u16,
    pub response_root: Option<String>,
    /// What tells it from the others of its route, where it has one of several.
    pub discriminator: Option<String>,
}

impl Operation {
    /// Whether its URL names a project.
    pub fn is_of_project(&self) -> bool {
        self.path.contains("{project_id}")
    }

    /// The names of the path's parameters, the project's left out.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        let names = self
            .path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        names.filter(|name| *name != "project_id")
    }

    /// Whether it answers with pages.
    pub fn is_paged(&self) -> bool {
        self.query.iter().any(|name| name == "limit")
    }

    /// Whether it takes a job.
    pub fn is_asynchronous(&self) -> bool {
        self.response_root.as_deref() == Some("job_id")
    }
}

/// The operation of this name.
pub fn named(name: &str) -> &'static Operation {
    let mut all = OPERATIONS.iter();
    all.find(|operation| operation.name == name)
        .unwrap_or_else(|| panic!("no operation is called {name}"))
}
