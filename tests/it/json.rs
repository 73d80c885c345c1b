//! Our own JSON writer beside `serde_json`: the same bytes for everything that answers are made of.

use std::collections::BTreeMap;

use proptest::prelude::*;
use sdrs_mock::api::json;
use sdrs_mock::domain::name::{Name, NameRule};
use serde::Serialize;

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Word {
    FailedOver,
}

#[derive(Debug, Serialize)]
struct Answer {
    text: String,
    number: i64,
    size: u64,
    yes: bool,
    nothing: Option<u8>,
    something: Option<i32>,
    unit: (),
    word: Word,
    list: Vec<String>,
    pair: (bool, [u8; 2]),
    #[serde(flatten)]
    more: BTreeMap<String, Vec<u32>>,
}

fn ours(value: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    json::write(&mut bytes, value).expect("answers are made of this");
    String::from_utf8(bytes).expect("JSON is UTF-8")
}

proptest! {
    #[test]
    fn every_answer_is_written_as_serde_json_writes_it(
        text in any::<String>(),
        number in any::<i64>(),
        size in any::<u64>(),
        yes in any::<bool>(),
        something in any::<Option<i32>>(),
        list in prop::collection::vec(any::<String>(), 0..4),
        more in prop::collection::btree_map("[a-z\"\\\\\u{0}-\u{20}é]{0,12}", prop::collection::vec(any::<u32>(), 0..3), 0..3),
    ) {
        let value = Answer { text, number, size, yes, nothing: None, something, unit: (), word: Word::FailedOver, list, pair: (yes, [1, 2]), more };
        prop_assert_eq!(ours(&value), serde_json::to_string(&value).expect("serializable"));
    }
}

#[test]
fn every_character_at_every_place_of_a_word_is_escaped_as_it_must_be() {
    for character in (0..0x100).filter_map(char::from_u32) {
        for place in 0..17 {
            let text = format!("{}{character}{}", "a".repeat(place), "ü".repeat(16 - place));
            assert_eq!(
                ours(&text),
                serde_json::to_string(&text).expect("serializable"),
                "{character:?} at {place}"
            );
        }
    }
}

#[test]
fn a_name_is_written_as_its_text() {
    let name = Name::parse("演练-1", NameRule::Chinese).expect("a name");
    assert_eq!(ours(&name), "\"演练-1\"");
}

#[test]
fn what_no_answer_is_made_of_is_refused() {
    assert!(json::write(&mut Vec::new(), &1.5).is_err());
    assert!(json::write(&mut Vec::new(), &Some(Err::<(), u8>(1))).is_err());
}
