//! The recipes of `docs/testing.md`: each is run as it stands there, and prints what stands below it.

use std::process::Command;

use crate::support::process::Process;

/// The document.
const RECIPES: &str = include_str!("../../docs/testing.md");

/// The fenced blocks of the document: what each is, and its text.
fn blocks() -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut lines = RECIPES.lines();
    while let Some(line) = lines.next() {
        let Some(kind) = line.strip_prefix("```") else { continue };
        let text: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
        blocks.push((kind.to_owned(), text.join("\n")));
    }
    blocks
}

#[test]
fn each_recipe_prints_what_stands_below_it() {
    let server = Process::start(&["--listen", "127.0.0.1:0", "--log", "off"], &[]);
    let origin = format!("http://{}", server.ready());
    let blocks = blocks();
    let recipes = blocks.windows(2).filter(|pair| pair[0].0 == "sh");
    let mut run = 0;
    for pair in recipes {
        let [(_, script), (kind, expected)] = pair else {
            unreachable!("windows of two")
        };
        assert_eq!(kind, "text", "what this prints stands below it:\n{script}");
        let mut bash = Command::new("bash");
        bash.args(["-uo", "pipefail", "-c", script])
            .env("SDRS", &origin)
            .env("NO_PROXY", "*");
        let output = bash.output().expect("bash and curl are there");
        let printed = String::from_utf8(output.stdout).expect("it is text");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(printed.trim_end(), *expected, "{script}\n{errors}");
        run += 1;
    }
    assert_eq!(run, blocks.iter().filter(|(kind, _)| kind == "sh").count());
    assert!(run >= 10, "the document lost its recipes");
}
