//! JSON that people can read and that stays small: objects over several lines, lists of numbers and
//! texts on one.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::Formatter;

/// Writes `value` and a line end.
pub(super) fn write(to: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    let formatter = Lean::default();
    let mut serializer = serde_json::Serializer::with_formatter(&mut *to, formatter);
    value.serialize(&mut serializer).map_err(io::Error::other)?;
    to.write_all(b"\n")
}

#[derive(Debug, Default)]
struct Lean {
    depth: usize,
    /// An entry of a list begins, and what it is decides about the line; whether it is the first.
    pending: Option<bool>,
    /// For each list whether its last entry was an object or a list.
    lists: Vec<bool>,
}

impl Lean {
    fn line<W: ?Sized + Write>(&self, to: &mut W) -> io::Result<()> {
        to.write_all(b"\n")?;
        (0..self.depth).try_for_each(|_| to.write_all(b" "))
    }

    fn scalar<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        match self.pending.take() {
            Some(false) => to.write_all(b", "),
            Some(true) | None => Ok(()),
        }
    }

    fn nested<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        let Some(first) = self.pending.take() else { return Ok(()) };
        if let Some(last) = self.lists.last_mut() {
            *last = true;
        }
        if !first {
            to.write_all(b",")?;
        }
        self.line(to)
    }
}

impl Formatter for Lean {
    fn write_null<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.scalar(to)?;
        to.write_all(b"null")
    }

    fn write_bool<W: ?Sized + Write>(&mut self, to: &mut W, value: bool) -> io::Result<()> {
        self.scalar(to)?;
        to.write_all(if value { b"true" } else { b"false" })
    }

    fn write_u8<W: ?Sized + Write>(&mut self, to: &mut W, value: u8) -> io::Result<()> {
        self.write_u64(to, u64::from(value))
    }

    fn write_u16<W: ?Sized + Write>(&mut self, to: &mut W, value: u16) -> io::Result<()> {
        self.write_u64(to, u64::from(value))
    }

    fn write_i32<W: ?Sized + Write>(&mut self, to: &mut W, value: i32) -> io::Result<()> {
        self.write_i64(to, i64::from(value))
    }

    fn write_u32<W: ?Sized + Write>(&mut self, to: &mut W, value: u32) -> io::Result<()> {
        self.write_u64(to, u64::from(value))
    }

    fn write_u64<W: ?Sized + Write>(&mut self, to: &mut W, value: u64) -> io::Result<()> {
        self.scalar(to)?;
        write!(to, "{value}")
    }

    fn write_i64<W: ?Sized + Write>(&mut self, to: &mut W, value: i64) -> io::Result<()> {
        self.scalar(to)?;
        write!(to, "{value}")
    }

    fn write_f64<W: ?Sized + Write>(&mut self, to: &mut W, value: f64) -> io::Result<()> {
        self.scalar(to)?;
        // As serde_json writes numbers, so that reading gives the same ones.
        serde_json::to_writer(to, &value).map_err(io::Error::other)
    }

    fn begin_string<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.scalar(to)?;
        to.write_all(b"\"")
    }

    fn begin_array<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.nested(to)?;
        self.depth += 1;
        self.lists.push(false);
        to.write_all(b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.depth -= 1;
        if self.lists.pop() == Some(true) {
            self.line(to)?;
        }
        to.write_all(b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, _: &mut W, first: bool) -> io::Result<()> {
        self.pending = Some(first);
        Ok(())
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.nested(to)?;
        self.depth += 1;
        to.write_all(b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.depth -= 1;
        self.line(to)?;
        to.write_all(b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        if !first {
            to.write_all(b",")?;
        }
        self.line(to)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        to.write_all(b": ")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    #[test]
    fn what_is_written_is_read_again_and_lists_of_numbers_are_on_one_line() {
        let value = json!({
            "list": [1.5, 2, -3], "empty": [], "nothing": {}, "objects": [{"a": [0.1]}, {"b": null}],
            "lists": [[1, 2], []], "text": "a \"b\"\n", "words": ["mon", "tue"], "yes": true,
        });
        let mut out = Vec::new();
        super::write(&mut out, &value).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        assert!(text.contains("[1.5, 2, -3]") && text.contains("[\"mon\", \"tue\"]"), "{text}");
        assert!(text.contains("\n  {\n"), "{text}");
    }
}
