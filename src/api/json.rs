//! Writes answers as JSON: half of a rename's own cost is spent here, so names of members are not looked at for
//! characters to escape, and texts are eight bytes at a time.
//!
//! The bytes are those of `serde_json`, which a test compares. It knows what answers are made of and refuses the rest.

use std::fmt;

use serde::ser::{self, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple};

use crate::domain::plain::PLAIN;

/// This value as JSON, appended to the buffer.
///
/// # Errors
///
/// Only for what no answer is made of: floating-point numbers, bytes, and variants and tuple structs with content.
pub fn write(buffer: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) -> Result<(), fmt::Error> {
    let plain = false;
    value.serialize(Writer { buffer, plain })
}

/// Writes one value.
struct Writer<'b> {
    buffer: &'b mut Vec<u8>,
    /// Whether it is a text with nothing to escape.
    plain: bool,
}

/// Writes what stands between two brackets.
struct Members<'b> {
    buffer: &'b mut Vec<u8>,
    first: bool,
    end: u8,
}

impl<'b> Writer<'b> {
    fn open(self, start: u8, end: u8) -> Members<'b> {
        self.buffer.push(start);
        Members {
            buffer: self.buffer,
            first: true,
            end,
        }
    }
}

impl Members<'_> {
    fn separate(&mut self) {
        if !std::mem::take(&mut self.first) {
            self.buffer.push(b',');
        }
    }
}

/// Appends a text in quotes.
fn quote(buffer: &mut Vec<u8>, text: &str, plain: bool) {
    buffer.reserve(text.len() + 2);
    buffer.push(b'"');
    if !plain && needs_escape(text.as_bytes()) {
        text.chars().for_each(|character| escape(buffer, character));
    } else {
        buffer.extend_from_slice(text.as_bytes());
    }
    buffer.push(b'"');
}

/// Whether any byte is a control character, a quote or a backslash.
fn needs_escape(bytes: &[u8]) -> bool {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    // The classic test for a zero byte in a word; a byte with its high bit set, so no ASCII, never counts.
    let zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let mut chunks = bytes.chunks_exact(8);
    let found = chunks.by_ref().any(|chunk| {
        let word = u64::from_le_bytes(chunk.try_into().expect("eight bytes"));
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
        control | zero(word ^ (ONES * u64::from(b'"'))) | zero(word ^ (ONES * u64::from(b'\\'))) != 0
    });
    found
        || chunks
            .remainder()
            .iter()
            .any(|&byte| byte < 0x20 || byte == b'"' || byte == b'\\')
}

fn escape(buffer: &mut Vec<u8>, character: char) {
    let short = match character {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\u{8}' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\u{c}' => "\\f",
        '\r' => "\\r",
        control @ '\0'..='\u{1f}' => {
            return buffer.extend_from_slice(format!("\\u{:04x}", u32::from(control)).as_bytes());
        }
        plain => return buffer.extend_from_slice(plain.encode_utf8(&mut [0; 4]).as_bytes()),
    };
    buffer.extend_from_slice(short.as_bytes());
}

/// Appends a whole number.
fn number(buffer: &mut Vec<u8>, mut value: u64) {
    let mut digits = [0; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + u8::try_from(value % 10).expect("a digit");
        value /= 10;
        if value == 0 {
            return buffer.extend_from_slice(&digits[start..]);
        }
    }
}

impl<'b> ser::Serializer for Writer<'b> {
    type Ok = ();
    type Error = fmt::Error;
    type SerializeSeq = Members<'b>;
    type SerializeMap = Members<'b>;
    type SerializeStruct = Members<'b>;
    type SerializeTuple = Members<'b>;
    type SerializeTupleStruct = Impossible<(), fmt::Error>;
    type SerializeTupleVariant = Impossible<(), fmt::Error>;
    type SerializeStructVariant = Impossible<(), fmt::Error>;

    fn serialize_str(self, text: &str) -> Result<(), fmt::Error> {
        quote(self.buffer, text, self.plain);
        Ok(())
    }

    fn serialize_bool(self, value: bool) -> Result<(), fmt::Error> {
        self.buffer.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_u64(self, value: u64) -> Result<(), fmt::Error> {
        number(self.buffer, value);
        Ok(())
    }

    fn serialize_i64(self, value: i64) -> Result<(), fmt::Error> {
        if value < 0 {
            self.buffer.push(b'-');
        }
        number(self.buffer, value.unsigned_abs());
        Ok(())
    }

    fn serialize_none(self) -> Result<(), fmt::Error> {
        self.buffer.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit(self) -> Result<(), fmt::Error> {
        self.buffer.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), fmt::Error> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<(), fmt::Error> {
        let plain = name == PLAIN;
        value.serialize(Self { plain, ..self })
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), fmt::Error> {
        self.serialize_str(variant)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Members<'b>, fmt::Error> {
        Ok(self.open(b'[', b']'))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members<'b>, fmt::Error> {
        Ok(self.open(b'{', b'}'))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members<'b>, fmt::Error> {
        Ok(self.open(b'{', b'}'))
    }

    fn serialize_i8(self, value: i8) -> Result<(), fmt::Error> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), fmt::Error> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), fmt::Error> {
        self.serialize_i64(value.into())
    }

    fn serialize_u8(self, value: u8) -> Result<(), fmt::Error> {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), fmt::Error> {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), fmt::Error> {
        self.serialize_u64(value.into())
    }

    fn serialize_char(self, character: char) -> Result<(), fmt::Error> {
        self.serialize_str(character.encode_utf8(&mut [0; 4]))
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), fmt::Error> {
        self.serialize_unit()
    }

    fn serialize_f32(self, _: f32) -> Result<(), fmt::Error> {
        Err(fmt::Error)
    }

    fn serialize_f64(self, _: f64) -> Result<(), fmt::Error> {
        Err(fmt::Error)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), fmt::Error> {
        Err(fmt::Error)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), fmt::Error> {
        Err(fmt::Error)
    }

    fn serialize_tuple(self, _: usize) -> Result<Members<'b>, fmt::Error> {
        Ok(self.open(b'[', b']'))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, fmt::Error> {
        Err(fmt::Error)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, fmt::Error> {
        Err(fmt::Error)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, fmt::Error> {
        Err(fmt::Error)
    }
}

impl SerializeSeq for Members<'_> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), fmt::Error> {
        self.separate();
        write(self.buffer, value)
    }

    fn end(self) -> Result<(), fmt::Error> {
        self.buffer.push(self.end);
        Ok(())
    }
}

impl SerializeTuple for Members<'_> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), fmt::Error> {
        SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Result<(), fmt::Error> {
        SerializeSeq::end(self)
    }
}

impl SerializeMap for Members<'_> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), fmt::Error> {
        self.separate();
        write(self.buffer, key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), fmt::Error> {
        self.buffer.push(b':');
        write(self.buffer, value)
    }

    fn end(self) -> Result<(), fmt::Error> {
        self.buffer.push(self.end);
        Ok(())
    }
}

impl SerializeStruct for Members<'_> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), fmt::Error> {
        self.separate();
        // Our own names have nothing to escape.
        self.buffer.reserve(name.len() + 3);
        self.buffer.push(b'"');
        self.buffer.extend_from_slice(name.as_bytes());
        self.buffer.extend_from_slice(b"\":");
        write(self.buffer, value)
    }

    fn end(self) -> Result<(), fmt::Error> {
        self.buffer.push(self.end);
        Ok(())
    }
}
