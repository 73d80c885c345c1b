//! The name rule: every vector of the documentation in both flavours, and the rule against an oracle.

use proptest::char;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::test_runner::{Config as ProptestConfig, RngAlgorithm, TestRng, TestRunner};
use sdrs_mock::domain::name::{Name, NameRule};
use sdrs_mock::domain::rules::Flavour;

use crate::support::{World, naming};

/// Who admits a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Admitted {
    Both,
    Huawei,
    Nobody,
}

use Admitted::{Both, Huawei, Nobody};

/// A name as a piece of text and how often it stands there.
type Vector = (&'static str, usize, Admitted);

#[rustfmt::skip]
const VECTORS: &[Vector] = &[
    ("dr_drill-01.a", 1, Both),
    ("a", 64, Both),
    ("a", 65, Nobody),
    ("演练", 1, Huawei),
    ("演", 21, Huawei), // 63 bytes
    ("演", 22, Nobody), // 66 bytes
    ("", 1, Nobody),
    (" a", 1, Nobody),
    ("a ", 1, Nobody),
    ("a b", 1, Nobody),
    ("a/b", 1, Nobody),
    ("a<b", 1, Nobody),
    ("é", 1, Nobody),
    ("か", 1, Nobody),
    ("ａ", 1, Nobody), // U+FF41
    ("．", 1, Nobody),
    ("、", 1, Nobody),
    ("😀", 1, Nobody),
    // No rule is against these.
    (".", 1, Both),
    ("_", 1, Both),
    ("-", 1, Both),
    ("0123456789", 1, Both),
    ("azAZ09._-", 1, Both),
    // The bounds of the Chinese characters, and their neighbours.
    ("\u{4DFF}", 1, Nobody),
    ("\u{4E00}", 1, Huawei),
    ("\u{9FA5}", 1, Huawei),
    ("\u{9FFF}", 1, Huawei),
    ("\u{A000}", 1, Nobody),
    ("\u{3400}", 1, Nobody), // extension A
    ("\u{20000}", 1, Nobody), // extension B
    ("\u{3007}", 1, Nobody), // the ideographic zero
    ("\u{F900}", 1, Nobody), // a compatibility ideograph
    ("한", 1, Nobody),
    ("Ａ", 1, Nobody),
    ("Ｚ", 1, Nobody),
    ("ｚ", 1, Nobody),
    ("０", 1, Nobody),
    ("９", 1, Nobody),
    // The neighbours of letters and digits, blanks, and what a pattern may overlook.
    ("@", 1, Nobody), ("[", 1, Nobody), ("`", 1, Nobody), ("{", 1, Nobody), ("/", 1, Nobody), (":", 1, Nobody),
    (",", 1, Nobody), ("~", 1, Nobody), ("\u{0}", 1, Nobody), ("\t", 1, Nobody), ("\u{7F}", 1, Nobody),
    ("\u{A0}", 1, Nobody), ("\u{3000}", 1, Nobody), ("\u{FEFF}a", 1, Nobody),
    ("a\n", 1, Nobody),
    ("\na", 1, Nobody),
    ("a\nb", 1, Nobody),
    ("a\r\n", 1, Nobody),
];

#[test]
fn every_vector_of_the_name_rule_holds_in_both_flavours_however_it_is_written() {
    for (flavour, admitting) in [(Flavour::Huawei, &[Both, Huawei][..]), (Flavour::Otc, &[Both])] {
        let world = World::of(flavour);
        for &(piece, times, admitted) in VECTORS {
            follows(&world, &piece.repeat(times), admitting.contains(&admitted));
        }
        // 64 bytes of which the last is ASCII.
        follows(&world, &format!("{}a", "演".repeat(21)), flavour == Flavour::Huawei);
        follows(&world, &format!("{}aa", "演".repeat(21)), false);
    }
}

/// Renames with the name raw and as escapes in both cases of hex; all must be taken, or all refused with `SDRS.0202`.
#[track_caller]
fn follows(world: &World, name: &str, admitted: bool) {
    let raw = serde_json::to_string(name).expect("text is JSON");
    let lower = escaped(name, |unit| format!("\\u{unit:04x}"));
    let upper = escaped(name, |unit| format!("\\u{unit:04X}"));
    for written in [raw, lower, upper] {
        if admitted {
            world.rename_with(naming(r#""other""#)).is_named("other");
            world.rename_with(naming(&written)).is_named(name);
            assert!(world.drills().contains(&format!(r#""name":"{name}""#)), "{written}");
        } else {
            let answer = world.keeps_all(|world| world.rename_with(naming(&written)));
            answer.is_error(400, "badrequest", "SDRS.0202", "Invalid name");
        }
    }
}

/// The text as JSON in which every UTF-16 unit is an escape, so that an emoji is a pair of surrogates.
fn escaped(text: &str, escape: impl Fn(u16) -> String) -> String {
    let escapes: String = text.encode_utf16().map(escape).collect();
    format!("\"{escapes}\"")
}

#[test]
fn a_refused_name_is_told_which_part_of_the_rule_it_broke() {
    let world = World::new();
    for (name, detail) in [
        (r#""""#.to_owned(), "name must have 1 to 64 bytes, it is empty"),
        (r#""a b""#.to_owned(), "it has ' '"),
        (format!("\"{}\"", "a".repeat(65)), "it has 65"),
        (format!("\"{}\"", "\\u6f14".repeat(22)), "it has 66"),
        ("null".to_owned(), "name is missing or null"),
    ] {
        world.rename_with(naming(&name)).says(detail);
    }
}

#[test]
fn two_drills_may_have_the_same_name() {
    let world = World::new();
    world
        .rename_with(naming(r#""dr_drill_2018""#))
        .is_named("dr_drill_2018");
    assert_eq!(world.drills().matches(r#""name":"dr_drill_2018""#).count(), 2);
}

#[test]
fn the_name_rule_agrees_with_an_oracle_on_arbitrary_text() {
    let config = ProptestConfig {
        cases: 4_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let outcome = runner.run(&text(), |text| {
        for (rule, chinese) in [(NameRule::Chinese, true), (NameRule::Ascii, false)] {
            let parsed = Name::parse(&text, rule);
            let code = parsed.as_ref().err().map(|refusal| refusal.code.entry().code);
            assert_eq!(
                code,
                (!oracle(&text, chinese)).then_some("SDRS.0202"),
                "{rule:?} on {text:?}"
            );
            assert!(parsed.is_ok_and(|name| name.as_str() == text) || code.is_some());
        }
        Ok(())
    });
    outcome.expect("rule and oracle agree");
}

/// Arbitrary text, and text of mostly good characters around the longest length, which arbitrary text never is.
fn text() -> impl Strategy<Value = String> {
    let ascii = char::ranges((&['a'..='z', 'A'..='Z', '0'..='9', '-'..='.', '_'..='_'][..]).into());
    let near = char::ranges((&['\u{4DFE}'..='\u{4E02}', '\u{9FFD}'..='\u{A001}', '\u{20}'..='\u{7F}'][..]).into());
    let good = prop_oneof![8 => ascii, 8 => char::range('\u{4E00}', '\u{9FFF}')];
    let some = prop_oneof![200 => good, 1 => near, 1 => char::any()];
    let chars = proptest::collection::vec(some, 0..70);
    prop_oneof![
        any::<String>(),
        chars.prop_map(String::from_iter),
        "[a-zA-Z0-9._-]{60,68}",
        "[\u{4E00}-\u{9FFF}]{20,23}[a-c]{0,3}"
    ]
}

/// The rule once more, written over bytes: the length, a list of ASCII, and the two ends of a range of triples.
fn oracle(text: &str, chinese: bool) -> bool {
    const ASCII: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    let mut rest = text.as_bytes();
    if rest.is_empty() || rest.len() > 64 {
        return false;
    }
    while let Some(first) = rest.first() {
        rest = match rest {
            [_, tail @ ..] if ASCII.contains(first) => tail,
            [a, b, c, tail @ ..] if chinese && (b"\xE4\xB8\x80"..=b"\xE9\xBF\xBF").contains(&&[*a, *b, *c]) => tail,
            _ => return false,
        };
    }
    true
}
