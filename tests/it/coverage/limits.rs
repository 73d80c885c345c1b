//! `docs/limits.md` prints the table of refusals: `UPDATE_EXPECT=1` writes it anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use expect_test::expect_file;
use sdrs_mock::domain::code::{Code, Entry};

use super::operations::OPERATIONS;
use super::table::{Row, TABLE};

const LIMITS: &str = include_str!("../../../docs/limits.md");

/// Behind this line everything is written from the table.
const MARK: &str = "<!-- What follows is written by the tests from src/spec/refusals.json. -->\n";

/// Codes of the catalogue that no row has, and so no operation answers with.
fn unanswered() -> impl Iterator<Item = &'static Entry> {
    let rows = TABLE.lists().flat_map(|(_, rows)| rows);
    let answered: BTreeSet<_> = rows.map(|row| row.code.as_str()).collect();
    let entries = Code::ALL.iter().map(|code| code.entry());
    entries.filter(move |entry| !answered.contains(entry.code))
}

fn counts() -> String {
    let mut counts = BTreeMap::<_, usize>::new();
    for (_, rows) in TABLE.lists().skip(1) {
        for row in rows {
            *counts.entry(row.grade).or_default() += 1;
        }
    }
    let total: usize = counts.values().sum();
    let parts: Vec<_> = counts
        .iter()
        .map(|(grade, count)| format!("{count} {}", grade.word()))
        .collect();
    format!(
        "\nThe {} operations have {total} refusals of their own: {}.\n",
        OPERATIONS.len(),
        parts.join(", ")
    )
}

fn table(rows: &[Row]) -> String {
    let mut text = "\n| code | message | grade | when |\n|---|---|---|---|\n".to_owned();
    for row in rows {
        let code = match row.status {
            Some(status) if row.code != status.to_string() => format!("{status} `{}`", row.code),
            Some(status) => status.to_string(),
            None => format!("`{}`", row.code),
        };
        let mut when = row.when.clone();
        if let [flavour] = &row.flavours[..] {
            write!(when, " (flavour `{flavour}`)").expect("memory");
        }
        if let Some(dialect) = &row.only {
            write!(when, " (dialect `{dialect}`)").expect("memory");
        }
        if row.of.is_some() {
            when.push_str(" (operations of a project)");
        }
        let message = Some(row.message()).filter(|message| !message.is_empty()).unwrap_or("–");
        let grade = row.grade.word();
        writeln!(text, "| {code} | {message} | {grade} | {when} |").expect("memory");
    }
    text
}

fn written() -> String {
    let mut text = counts();
    text += "\n### Every operation\n";
    text += &table(&TABLE.every);
    for operation in OPERATIONS.iter() {
        let (name, method, path) = (&operation.name, &operation.method, &operation.path);
        write!(text, "\n### {name}\n\n`{method} {path}`\n").expect("memory");
        let rows = TABLE.own(operation);
        if rows.is_empty() {
            text += "\nNothing beside what every operation can answer.\n";
        } else {
            text += &table(rows);
        }
    }
    text += "\n## In the catalogue, never answered\n\n";
    text += "No operation is known to answer with these; some are what a failed job reports.\n";
    text += "\n| code | message |\n|---|---|\n";
    for entry in unanswered() {
        writeln!(text, "| `{}` | {} |", entry.code, entry.message).expect("memory");
    }
    text
}

#[test]
fn the_limits_print_the_table() {
    let (prose, _) = LIMITS.split_once(MARK).expect("the line that parts prose and table");
    expect_file!["../../../docs/limits.md"].assert_eq(&format!("{prose}{MARK}{}", written()));
}
