//! Fixtures on disk and in memory.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// A folder of one test's own, empty.
pub struct Folder(PathBuf);

impl Folder {
    /// The folder of this name, which no other test may have.
    pub fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        // It is there if an earlier run was interrupted.
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("the build's folder can be written to");
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file, making the folders that its name has, and says where it is.
    pub fn write(&self, name: &str, content: impl ToString) -> PathBuf {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().expect("it is in the folder")).expect("a folder can be made");
        std::fs::write(&path, content.to_string()).expect("a file can be written");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The path as an argument.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("the build's folder has a UTF-8 name")
}

/// The built-in fixture.
pub fn built_in() -> Value {
    serde_json::from_str(include_str!("../../../fixtures/default.json")).expect("it is JSON")
}

/// The ID of the n-th drill of [`with_drills`].
pub fn nth(n: usize) -> String {
    format!("d0000000-0000-4000-8000-{n:012}")
}

/// A fixture whose template has one group and this many drills, named `drill-0` and so on.
pub fn with_drills(count: usize) -> Value {
    let mut fixture = built_in();
    let group = fixture["template"]["server_groups"][0].clone();
    let drills: Vec<_> = (0..count)
        .map(|n| {
            json!({
                "id": nth(n), "name": format!("drill-{n}"), "status": "available", "server_group_id": group["id"],
                "drill_vpc_id": "7881f1d2-1f41-419c-873a-14ac620bc46e", "created_at": "2018-07-18 06:41:58.681",
                "updated_at": "2018-07-18 06:41:58.681", "drill_servers": [],
            })
        })
        .collect();
    fixture["template"] = json!({ "server_groups": [group], "disaster_recovery_drills": drills });
    fixture
}
