//! The README in Chinese says what the one in English says: the same sections, commands, names and links.

use std::collections::BTreeMap;

/// Both, each with its own name.
const BOTH: [(&str, &str); 2] = [
    ("README.md", include_str!("../../README.md")),
    ("README.zh-CN.md", include_str!("../../README.zh-CN.md")),
];

/// What must be alike in a section: how deep it is, and how often it names what.
#[derive(Default)]
struct Section {
    heading: &'static str,
    depth: usize,
    /// Code within its text: flags, variables, paths, values.
    code: BTreeMap<String, usize>,
    /// Where it leads to.
    links: BTreeMap<String, usize>,
    /// How many columns each row of its tables has.
    rows: Vec<usize>,
    /// Its fenced blocks, to the letter.
    blocks: Vec<String>,
}

fn sections(text: &'static str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.starts_with('#') {
            let depth = line.chars().take_while(|sign| *sign == '#').count();
            sections.push(Section {
                heading: line,
                depth,
                ..Section::default()
            });
            continue;
        }
        let section = sections.last_mut().expect("it begins with a heading");
        if line.starts_with("```") {
            let inside: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
            section.blocks.push(format!("{line}\n{}", inside.join("\n")));
            continue;
        }
        if line.starts_with('|') {
            section.rows.push(line.matches(" |").count());
        }
        for code in line.split('`').skip(1).step_by(2) {
            *section.code.entry(code.to_owned()).or_default() += 1;
        }
        for link in line.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            // Each leads to the other, and shows a picture in its own language.
            let link = link.replace(".zh-CN", "");
            *section.links.entry(link).or_default() += 1;
        }
    }
    sections
}

/// What one of two counts has more of than the other, as a message says it.
fn missing(here: &BTreeMap<String, usize>, there: &BTreeMap<String, usize>) -> Vec<String> {
    let less = |(name, number): &(&String, &usize)| there.get(*name).is_none_or(|other| other < number);
    here.iter().filter(less).map(|(name, _)| name.clone()).collect()
}

#[test]
fn both_readmes_have_the_same_sections_commands_names_and_links() {
    let [(english, one), (chinese, other)] = BOTH.map(|(name, text)| (name, sections(text)));
    let shape = |sections: &[Section]| sections.iter().map(|section| section.depth).collect::<Vec<_>>();
    assert_eq!(
        shape(&one),
        shape(&other),
        "{english} and {chinese} have other sections"
    );
    let mut apart = Vec::new();
    for (one, other) in one.iter().zip(&other) {
        let place = format!("{} / {}", one.heading, other.heading);
        for (name, here, there) in [(english, one, other), (chinese, other, one)] {
            for code in missing(&here.code, &there.code) {
                apart.push(format!("{place}: only {name} has `{code}`"));
            }
            for link in missing(&here.links, &there.links) {
                apart.push(format!("{place}: only {name} leads to {link}"));
            }
        }
        if one.blocks != other.blocks {
            apart.push(format!("{place}: the blocks of code are not the same"));
        }
        if one.rows != other.rows {
            apart.push(format!("{place}: the tables are not of the same shape"));
        }
    }
    assert!(apart.is_empty(), "the READMEs are out of step:\n{}", apart.join("\n"));
}

#[test]
fn the_settings_have_the_same_flags_variables_and_defaults_in_the_same_order() {
    let flags = |text: &'static str| -> Vec<String> {
        let rows = text.lines().filter(|line| line.starts_with("| `--"));
        rows.map(|row| row.split('`').skip(1).step_by(2).take(2).collect::<Vec<_>>().join(" "))
            .collect()
    };
    let [one, other] = BOTH.map(|(_, text)| flags(text));
    assert!(one.len() > 20, "the table is no longer written as it was");
    assert_eq!(one, other);
}

#[test]
fn both_readmes_show_the_console() {
    for (name, text) in BOTH {
        let picture = text.split("](").find(|rest| rest.starts_with("docs/images/"));
        let path = picture.and_then(|rest| rest.split(')').next()).expect("a picture");
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        let bytes = std::fs::read(file).unwrap_or_else(|error| panic!("{name}: {path}: {error}"));
        assert!(bytes.starts_with(b"\x89PNG"), "{path}");
        assert!(bytes.len() < 300_000, "{path} has {} bytes", bytes.len());
    }
}
