//! Packs what the program carries but seldom reads: scenarios, the OpenAPI document, the table of refusals, the console.
//! As text they would be a fifth of the program.

use std::ffi::OsStr;
use std::path::Path;
use std::{env, fs};

use miniz_oxide::deflate::compress_to_vec;

/// Where the scenarios are.
const SCENARIOS: &str = "fixtures/scenarios";
/// The data that is served as it stands.
const DATA: [&str; 2] = ["src/spec/openapi.json", "src/spec/refusals.json"];

/// The console's files, beside the code that serves them.
const CONSOLE: &str = "src/control/console";

/// The best and slowest of its levels.
const LEVEL: u8 = 10;

fn main() {
    println!("cargo::rerun-if-changed={SCENARIOS}");
    for entry in fs::read_dir(SCENARIOS).expect("the scenarios are there") {
        let path = entry.expect("the folder can be read").path();
        pack(&path, &name(path.file_stem()));
    }
    for path in DATA {
        println!("cargo::rerun-if-changed={path}");
        pack(Path::new(path), &name(Path::new(path).file_stem()));
    }
    println!("cargo::rerun-if-changed={CONSOLE}");
    for entry in fs::read_dir(CONSOLE).expect("the console is there") {
        let path = entry.expect("the folder can be read").path();
        if path.extension().is_some_and(|extension| extension != "rs") {
            pack(&path, &format!("console-{}", name(path.file_name())));
        }
    }
}

fn name(name: Option<&OsStr>) -> String {
    let name = name.and_then(OsStr::to_str);
    name.expect("the files have names in ASCII").to_owned()
}

/// Packs a file under a name that the code includes.
fn pack(path: &Path, name: &str) {
    let out = env::var_os("OUT_DIR").expect("cargo says where to write");
    let packed = compress_to_vec(&fs::read(path).expect("a file can be read"), LEVEL);
    fs::write(Path::new(&out).join(name), packed).expect("cargo's folder can be written");
}
