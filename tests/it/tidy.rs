//! The rules of the house that no lint knows: which module may name which, how long a file is, how it opens.

use std::path::{Path, PathBuf};

/// The longest file, in lines.
const MAX_LINES: usize = 400;
/// The longest function, in lines; clippy counts those of `src/` and `tests/` without their comments.
const MAX_FUNCTION: usize = 50;
/// The catalogue has one row a line, however many rows there are.
const EXEMPT: &str = "src/domain/code.rs";

/// What the modules must never name, as paths: the right column of the table in ARCHITECTURE.md.
const NEVER: &[(&str, &[&str])] = &[
    (
        "src/domain/",
        &[
            "axum",
            "hyper",
            "hyper_util",
            "tokio",
            "http",
            "parking_lot",
            "tracing",
            "std::time",
            "std::fs",
            "std::net",
            "std::io",
            "std::env",
            "SystemTime",
            "Instant",
            "Utc",
            "Local",
            "rand",
            "getrandom",
            "RandomState",
            "new_v4",
            "store",
            "api",
            "control",
            "serve",
        ],
    ),
    (
        "src/store/",
        &["axum", "hyper", "tokio", "http", "api", "control", "serve"],
    ),
    (
        "src/api/",
        &[
            "axum",
            "hyper",
            "tokio",
            "parking_lot",
            "std::fs",
            "control",
            "serve",
            "json!",
        ],
    ),
    ("src/main.rs", &["domain", "store"]),
];

/// What no file in `src/` may have.
const NOWHERE: &[&str] = &[
    "unwrap (",
    "# [ allow",
    "# ! [ allow",
    "todo !",
    "unimplemented !",
    "dbg !",
];

/// Every `.rs` file below these folders, as paths from the crate's root.
fn sources(folders: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders: Vec<_> = folders.iter().map(PathBuf::from).collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root().join(&folder)).expect("the folder is there") {
            let entry = entry.expect("it can be listed");
            let path = folder.join(entry.file_name());
            if entry.path().is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty());
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(root().join(path)).expect("a source is UTF-8")
}

/// The words and signs of a source without comments and literals; `::` is one sign.
fn tokens(source: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = if first.is_alphabetic() || first == '_' || first.is_ascii_digit() {
            rest.find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at(length);
        rest = match token {
            "/" if rest.starts_with("//") => after.find('\n').map_or("", |end| &after[end..]),
            "/" if rest.starts_with("/*") => after.find("*/").map_or("", |end| &after[end + 2..]),
            "r" | "br" if after.starts_with(['"', '#']) && is_raw(after) => after_raw(after),
            "\"" => after_text(after),
            "'" => after_quote(after),
            ":" if after.starts_with(':') => {
                tokens.push("::".to_owned());
                &after[1..]
            }
            _ => {
                if !first.is_whitespace() {
                    tokens.push(token.to_owned());
                }
                after
            }
        };
    }
    tokens
}

/// Whether what follows an `r` opens a raw text, rather than naming something such as `r#type`.
fn is_raw(after: &str) -> bool {
    after.trim_start_matches('#').starts_with('"')
}

/// What follows a raw text that opens with `#` signs and a quote.
fn after_raw(text: &str) -> &str {
    let signs = text.len() - text.trim_start_matches('#').len();
    let end = format!("\"{}", &text[..signs]);
    let inside = &text[signs + 1..];
    inside.find(&end).map_or("", |at| &inside[at + end.len()..])
}

/// What follows a text whose opening quote has been read.
fn after_text(text: &str) -> &str {
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return &text[at + 1..],
            _ => {}
        }
    }
    ""
}

/// What follows a quote, which opens a character or a lifetime.
fn after_quote(text: &str) -> &str {
    let mut characters = text.char_indices();
    match (characters.next(), characters.next()) {
        (Some((_, '\\')), Some((at, escaped))) => {
            let text = &text[at + escaped.len_utf8()..];
            text.find('\'').map_or("", |end| &text[end + 1..])
        }
        (Some(_), Some((at, '\''))) => &text[at + 1..],
        _ => text,
    }
}

/// Every path that a source names, with the braces of its `use` lines spread out.
fn paths(tokens: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    let mut prefixes: Vec<String> = Vec::new();
    let mut path = String::new();
    let is_word = |token: &str| token.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    for (at, token) in tokens.iter().enumerate() {
        match &**token {
            "{" => prefixes.push(if path.ends_with("::") {
                std::mem::take(&mut path)
            } else {
                String::new()
            }),
            "}" => drop(prefixes.pop()),
            "::" => path.push_str("::"),
            word if is_word(word) => {
                if path.is_empty() {
                    path = prefixes.last().cloned().unwrap_or_default();
                    // So that even a path of one segment, as in `use tokio;`, is told from a plain word.
                    if at > 0 && tokens[at - 1] == "use" {
                        path.push_str("use::");
                    }
                }
                path.push_str(word);
                let next = tokens.get(at + 1).map_or("", String::as_str);
                if next == "!" {
                    path.push('!');
                }
                if next != "::" {
                    found.push(std::mem::take(&mut path));
                }
            }
            _ => path.clear(),
        }
    }
    found
}

/// Whether this path names that thing: has it as a segment, and by a path rather than as a plain word.
fn names(path: &str, thing: &str) -> bool {
    if thing.ends_with('!') || thing.starts_with(char::is_uppercase) {
        return path.split("::").any(|segment| segment == thing);
    }
    path.contains("::") && format!("::{path}::").contains(&format!("::{thing}::"))
}

#[test]
fn no_module_names_what_it_must_not_know() {
    let mut broken = Vec::new();
    for source in sources(&["src"]) {
        let paths = paths(&tokens(&text(&source)));
        for (module, never) in NEVER {
            if !source.starts_with(module) {
                continue;
            }
            for path in &paths {
                for thing in never.iter().filter(|thing| names(path, thing)) {
                    broken.push(format!("{} must not name {thing}: {path}", source.display()));
                }
            }
        }
    }
    assert_eq!(broken, [""; 0]);
}

#[test]
fn no_source_has_what_stands_nowhere() {
    let mut broken = Vec::new();
    for source in sources(&["src"]) {
        let joined = format!(" {} ", tokens(&text(&source)).join(" "));
        for thing in NOWHERE.iter().filter(|thing| joined.contains(&format!(" {thing}"))) {
            broken.push(format!("{}: {thing}", source.display()));
        }
    }
    assert_eq!(broken, [""; 0]);
}

#[test]
fn every_file_opens_with_a_sentence_about_itself_and_is_short_enough_to_read() {
    let mut broken = Vec::new();
    for source in sources(&["src", "tests", "benches"]) {
        let text = text(&source);
        let opening: String = text.lines().map_while(|line| line.strip_prefix("//! ")).collect();
        if !opening.ends_with(['.', '`']) && !opening.contains(". ") {
            broken.push(format!("{} opens with no `//!` sentence", source.display()));
        }
        let lines = text.lines().count();
        if lines > MAX_LINES && source != Path::new(EXEMPT) {
            broken.push(format!("{} has {lines} lines, more than {MAX_LINES}", source.display()));
        }
    }
    assert_eq!(broken, [""; 0]);
}

#[test]
fn every_function_is_short_enough_to_read() {
    let mut broken = Vec::new();
    for source in sources(&["src", "tests", "benches"]) {
        let text = text(&source);
        let mut open: Option<(usize, &str)> = None;
        for (number, line) in text.lines().enumerate() {
            let body = line.trim_start();
            let indent = &line[..line.len() - body.len()];
            let begins = [
                "fn ",
                "pub fn ",
                "pub(super) fn ",
                "pub(crate) fn ",
                "async fn ",
                "pub async fn ",
            ];
            if open.is_none() && begins.iter().any(|begin| body.starts_with(begin)) {
                open = Some((number, indent));
            }
            if let Some((start, outer)) = open
                && (line == format!("{outer}}}") || (number == start && line.ends_with(['}', ';'])))
            {
                if number - start + 1 > MAX_FUNCTION {
                    broken.push(format!(
                        "{}:{} has {} lines",
                        source.display(),
                        start + 1,
                        number - start + 1
                    ));
                }
                open = None;
            }
        }
    }
    assert_eq!(broken, [""; 0]);
}

#[test]
fn the_scanner_sees_paths_and_nothing_in_comments_and_literals() {
    let source = r##"
        // axum::a
        use tower as _;
        use std::{fs, io::{self, Read}};
        /* tokio::b */ fn f<'a>(x: &'a str) -> char { let _ = "http::c \" http::d"; '"'; '\''; r#"api::e "" "# ; json!(1) }
    "##;
    let paths = paths(&tokens(source));
    for seen in ["use::tower", "std::fs", "std::io::self", "std::io::Read", "json!"] {
        assert!(paths.iter().any(|path| path.ends_with(seen)), "{seen} in {paths:?}");
    }
    for hidden in ["axum", "tokio", "http", "api"] {
        assert!(!paths.iter().any(|path| names(path, hidden)), "{hidden} in {paths:?}");
    }
    assert!(names("std::fs::read", "std::fs") && names("crate::api::input", "api") && !names("http", "http"));
    assert!(names("std::time::Instant", "Instant") && names("SystemTime", "SystemTime") && names("json!", "json!"));
}
