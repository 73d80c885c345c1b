//! What the reader of JSON says, in words that do not name types of this program.

/// The kinds of numbers, and what they are called.
const NUMBERS: [(&str, &str); 10] = [
    ("u8", "a whole number from 0 to 255"),
    ("u16", "a whole number from 0 to 65535"),
    ("u32", "a whole number from 0 to 4294967295"),
    ("u64", "a whole number, 0 or above"),
    ("usize", "a whole number, 0 or above"),
    ("i8", "a whole number"),
    ("i32", "a whole number"),
    ("i64", "a whole number"),
    ("f32", "a number"),
    ("f64", "a number"),
];

/// The message of a JSON error, with what was expected in the words of the documentation.
pub fn in_plain_words(message: &str) -> String {
    let (said, position) = message.split_at(message.rfind(" at line ").unwrap_or(message.len()));
    let Some((before, expected)) = said.rsplit_once("expected ") else {
        return message.to_owned();
    };
    let number = NUMBERS.iter().find(|(kind, _)| *kind == expected);
    let plain = match number {
        Some((_, plain)) => plain,
        None if expected.starts_with("struct ") || expected.contains("tagged enum ") => "an object",
        None if expected.starts_with("enum ") || expected == "variant identifier" => "a word",
        None => return message.to_owned(),
    };
    format!("{before}expected {plain}{position}")
}
