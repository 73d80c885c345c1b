//! The README: its examples are run, and its settings are those of the command line.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use sdrs_mock::Config;
use sdrs_mock::api::error::Dialect;
use serde_json::Value;

use crate::support::{DIALECTS, World};

const README: &str = include_str!("../../README.md");
const BINARY: &str = env!("CARGO_BIN_EXE_sdrs-mock");

/// What the README calls the server.
const ORIGIN: &str = "http://localhost:7705";
/// Stands in the README for a value that differs from run to run.
const ANY: &str = "…";

/// A fenced block: what stands behind the fence, and the lines up to the next one.
struct Block {
    kind: &'static str,
    text: String,
}

fn blocks() -> Vec<Block> {
    let mut lines = README.lines();
    let mut blocks = Vec::new();
    while let Some(line) = lines.next() {
        if let Some(kind) = line.strip_prefix("```") {
            let inside = lines.by_ref().take_while(|line| *line != "```");
            let lines: Vec<_> = inside.collect();
            let text = lines.join("\n") + "\n";
            blocks.push(Block { kind, text });
        }
    }
    blocks
}

fn block(kind: &str) -> String {
    let mut found = blocks().into_iter().filter(|block| block.kind == kind);
    let text = found.next().expect("the README has such a block").text;
    assert!(found.next().is_none(), "the README has several blocks of {kind}");
    text
}

/// The program, with no settings but those of the command line.
fn sdrs_mock(arguments: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command.env_clear().args(arguments).stdin(Stdio::null());
    command
}

#[test]
fn every_request_of_the_readme_is_answered_as_it_says() {
    let blocks = blocks();
    let examples: Vec<_> = blocks
        .windows(2)
        .filter(|pair| pair[0].text.contains("curl "))
        .collect();
    let examples: Vec<_> = examples.into_iter().filter(|pair| pair[0].kind == "sh").collect();
    assert!(!examples.is_empty());
    let worlds = DIALECTS.map(World::speaking);
    for example in examples {
        let [command, answer] = example else {
            unreachable!("windows of two")
        };
        assert_eq!(answer.kind, "json", "what follows this is its answer: {}", command.text);
        let dialect = named_dialect(&command.text);
        let world = &worlds[usize::from(dialect == Dialect::Live)];
        let output = Command::new("sh")
            .args(["-euc", &command.text.replace(ORIGIN, &world.server.url())])
            .env("NO_PROXY", "127.0.0.1")
            .output()
            .expect("there is a shell");
        assert!(
            output.status.success(),
            "needs curl: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let seen: Value = serde_json::from_slice(&output.stdout).expect("the answer is JSON");
        let expected: Value = serde_json::from_str(&answer.text).expect("the README's answer is JSON");
        assert!(matches(&seen, &expected), "expected {expected}\nsaw {seen}");
    }
}

/// The dialect that the first line of an example names.
fn named_dialect(example: &str) -> Dialect {
    let line = example.lines().next().unwrap_or_default();
    let word = line
        .strip_prefix("# dialect ")
        .unwrap_or_else(|| panic!("names no dialect: {example}"));
    let dialect = DIALECTS.into_iter().find(|dialect| dialect.word() == word);
    dialect.unwrap_or_else(|| panic!("names an unknown dialect: {example}"))
}

/// Whether a value is the expected one, members in order, where [`ANY`] stands for any text.
fn matches(seen: &Value, expected: &Value) -> bool {
    match (seen, expected) {
        (Value::String(_), Value::String(any)) if any == ANY => true,
        (Value::Array(seen), Value::Array(expected)) => {
            seen.len() == expected.len()
                && seen
                    .iter()
                    .zip(expected)
                    .all(|(seen, expected)| matches(seen, expected))
        }
        (Value::Object(seen), Value::Object(expected)) => {
            seen.keys().eq(expected.keys()) && seen.values().zip(expected.values()).all(|(s, e)| matches(s, e))
        }
        _ => seen == expected,
    }
}

#[test]
fn the_program_starts_with_the_lines_of_the_readme() {
    let mut child = sdrs_mock(&["--listen", "127.0.0.1:0", "--log", "off"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let lines = BufReader::new(child.stdout.take().expect("it was piped")).lines();
    let seen: Vec<_> = lines.take(2).map(|line| line.expect("a line of text")).collect();
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    let address = seen[1].split_whitespace().find(|word| word.starts_with("http://"));
    let address = address.expect("the ready line names the address");
    let expected = blocks().into_iter().find(|block| block.text.starts_with("try: "));
    let expected = expected.expect("the README shows the lines").text;
    assert_eq!(
        format!("{}\n", seen.join("\n")).replace(address, "http://127.0.0.1:7705"),
        expected
    );
}

#[test]
fn the_rust_example_of_the_readme_is_one_that_the_crate_documentation_runs() {
    let documentation: Vec<_> = include_str!("../../src/lib.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .filter(|line| !line.starts_with("# ") || line.starts_with("# In "))
        .collect();
    let documentation = documentation.join("\n");
    let example = block("rust");
    let body = example.split_once("\n\n").expect("the imports stand apart").1;
    assert!(documentation.contains(body), "{body}\nis not in\n{documentation}");
}

#[test]
fn the_fixtures_of_the_readme_are_judged_as_it_says() {
    let folder = env!("CARGO_TARGET_TMPDIR");
    for (kind, status) in [("json fixture", 0), ("json bad-fixture", 2)] {
        let name = format!("{}.json", kind.trim_start_matches("json "));
        std::fs::write(format!("{folder}/{name}"), block(kind)).expect("the folder takes files");
        let judged = sdrs_mock(&["validate", &name])
            .current_dir(folder)
            .output()
            .expect("the program starts");
        assert_eq!(judged.status.code(), Some(status));
        let said = String::from_utf8(judged.stderr).expect("it prints text");
        assert!(README.contains(&said), "the README does not show\n{said}");
    }
}

#[test]
fn the_small_fixture_of_the_readme_serves_its_drill() {
    let file = format!("{}/served-fixture.json", env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(&file, block("json fixture")).expect("the folder takes files");
    let world = World::with(Config {
        fixtures: vec![file.into()],
        ..Config::test()
    });
    let names = |answer: &crate::support::Answer| -> Vec<String> {
        let drills = answer.json()["disaster_recovery_drills"].as_array().cloned();
        let drills = drills.expect("a list").into_iter();
        drills.map(|drill| drill["name"].to_string()).collect()
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let path = "/disaster-recovery-drills";
    assert_eq!(names(&runtime.block_on(world.get(path))), [r#""shop-rehearsal""#]);
    let empty = runtime.block_on(world.get_of("an-empty-project", path));
    assert!(names(&empty).is_empty());
}

#[test]
fn the_settings_of_the_readme_are_those_of_the_help() {
    let help = sdrs_mock(&["--help"]).output().expect("the program starts").stdout;
    let help = String::from_utf8(help).expect("help is text");
    let table = table_of(&help);
    assert!(README.contains(&table), "the table of the README must be\n{table}");
}

/// The README's table of what the help says about options.
fn table_of(help: &str) -> String {
    let mut table = vec![
        "| flag | variable | default | |".to_owned(),
        "|---|---|---|---|".to_owned(),
    ];
    let mut lines = help.lines();
    while let Some(line) = lines.next() {
        // The two that have no variable, `-h` and `-V`, begin further left.
        if let Some(flag) = line.strip_prefix("      --") {
            let text = lines.next().expect("every option is described").trim();
            let (text, values) = take(text, " [possible values: ");
            let (text, variable) = take(&text, " [env: ");
            let (text, default) = take(&text, " [default: ");
            let variable = variable.replace('`', "");
            let (variable, note) = variable.split_once(',').unwrap_or((&variable, ""));
            let variable = variable.trim_end_matches('=');
            let default = match &*default {
                "built in" | "never" | "none" | "nothing" | "off" | "random" => default,
                value => format!("`{value}`"),
            };
            let note = if note.is_empty() {
                String::new()
            } else {
                format!(";{note}")
            };
            let values = if values.is_empty() {
                String::new()
            } else {
                format!(" ({values})")
            };
            table.push(format!(
                "| `--{flag}` | `{variable}` | {default} | {text}{values}{note} |"
            ));
        }
    }
    table.join("\n") + "\n"
}

/// Takes a note in brackets out of a line.
fn take(line: &str, opening: &str) -> (String, String) {
    let Some((before, rest)) = line.split_once(opening) else {
        return (line.to_owned(), String::new());
    };
    let (note, after) = rest.split_once(']').expect("what opens closes");
    (format!("{before}{after}"), note.to_owned())
}
