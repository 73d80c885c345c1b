//! Packs the scenarios: as text they would be a tenth of the program, and each start reads one of them at most.

use std::path::Path;
use std::{env, fs};

use miniz_oxide::deflate::compress_to_vec;

/// Where the scenarios are.
const SCENARIOS: &str = "fixtures/scenarios";

/// The best and slowest of its levels.
const LEVEL: u8 = 10;

fn main() {
    println!("cargo::rerun-if-changed={SCENARIOS}");
    let out = env::var_os("OUT_DIR").expect("cargo says where to write");
    for entry in fs::read_dir(SCENARIOS).expect("the scenarios are there") {
        let path = entry.expect("the folder can be read").path();
        let name = path.file_stem().expect("a scenario has a name").to_owned();
        let packed = compress_to_vec(&fs::read(&path).expect("a scenario can be read"), LEVEL);
        fs::write(Path::new(&out).join(name), packed).expect("cargo's folder can be written");
    }
}
