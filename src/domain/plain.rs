//! Texts that have nothing to escape: IDs, times, words of a vocabulary.

use serde::ser::Serializer;

/// The name of the newtype that such a text is written as; a writer that knows it need not look for what to escape.
pub const PLAIN: &str = "$plain";

/// Writes a text of our own that has neither quotes, backslashes nor control characters.
pub fn serialize<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_newtype_struct(PLAIN, text)
}
