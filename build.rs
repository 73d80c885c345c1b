//! Packs what the program carries but seldom reads: scenarios, the OpenAPI document, the table of refusals. As text they
//! would be a fifth of the program.

use std::path::Path;
use std::{env, fs};

use miniz_oxide::deflate::compress_to_vec;

/// Where the scenarios are.
const SCENARIOS: &str = "fixtures/scenarios";
/// The data that is served as it stands.
const DATA: [&str; 2] = ["src/spec/openapi.json", "src/spec/refusals.json"];

/// The best and slowest of its levels.
const LEVEL: u8 = 10;

fn main() {
    println!("cargo::rerun-if-changed={SCENARIOS}");
    for entry in fs::read_dir(SCENARIOS).expect("the scenarios are there") {
        pack(&entry.expect("the folder can be read").path());
    }
    for path in DATA {
        println!("cargo::rerun-if-changed={path}");
        pack(Path::new(path));
    }
}

fn pack(path: &Path) {
    let out = env::var_os("OUT_DIR").expect("cargo says where to write");
    let name = path.file_stem().expect("a file has a name");
    let packed = compress_to_vec(&fs::read(path).expect("a file can be read"), LEVEL);
    fs::write(Path::new(&out).join(name), packed).expect("cargo's folder can be written");
}
