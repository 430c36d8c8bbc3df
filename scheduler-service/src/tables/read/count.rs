//! Counts what a part of a workbook has before it is read: a pass over its bytes that looks at nothing
//! but where elements begin, several times as fast as reading them.

use std::io::{self, Read};

use memchr::{memchr, memmem};

/// Longest name of an element that matters, with a prefix.
const NAME: usize = 64;

/// Bytes that are looked at together.
const CHUNK: usize = 1 << 18;

/// What a part has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Count {
    /// Bytes once it is unpacked.
    pub(super) bytes: usize,
    /// Elements.
    pub(super) elements: usize,
    /// Values of cells that are not blank.
    pub(super) values: usize,
    /// Shared texts.
    pub(super) texts: usize,
}

impl Count {
    /// Both together.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            bytes: self.bytes.saturating_add(other.bytes),
            elements: self.elements.saturating_add(other.elements),
            values: self.values.saturating_add(other.values),
            texts: self.texts.saturating_add(other.texts),
        }
    }

    /// Whether it is more in anything.
    pub(super) fn exceeds(&self, most: &Self) -> bool {
        self.bytes > most.bytes
            || self.elements > most.elements
            || self.values > most.values
            || self.texts > most.texts
    }
}

/// Where a pass is.
#[derive(Debug, Clone, Copy)]
enum State {
    Outside,
    /// Within something that holds no elements and ends with this.
    Within(&'static [u8]),
}

/// Counts what comes `from` somewhere, until it is more than `most` in anything.
pub(super) fn count(mut from: impl Read, most: &Count) -> io::Result<Count> {
    let (mut count, mut state) = (Count::default(), State::Outside);
    let mut buffer = vec![0; CHUNK];
    let mut kept = 0;
    loop {
        let read = from.read(&mut buffer[kept..])?;
        count.bytes += read;
        let known = &buffer[..kept + read];
        let done = look(known, read == 0, &mut state, &mut count);
        if read == 0 || count.exceeds(most) {
            return Ok(count);
        }
        let length = known.len();
        buffer.copy_within(done..length, 0);
        kept = length - done;
    }
}

/// Counts in `bytes`, of which a tail may be left for when more is known, unless it is the `last`.
/// Returns how many bytes are done.
fn look(bytes: &[u8], last: bool, state: &mut State, count: &mut Count) -> usize {
    let mut at = 0;
    loop {
        let rest = &bytes[at..];
        match *state {
            State::Within(end) => match memmem::find(rest, end) {
                Some(place) => (at, *state) = (at + place + end.len(), State::Outside),
                // The end may have begun.
                None => return bytes.len() - rest.len().min(end.len() - 1),
            },
            State::Outside => {
                let Some(place) = memchr(b'<', rest) else { return bytes.len() };
                let tag = &rest[place..];
                if tag.len() < NAME && !last {
                    return at + place;
                }
                at += place + 1;
                match tag.get(1) {
                    Some(b'/') => {}
                    Some(b'?') => *state = State::Within(b"?>"),
                    Some(b'!') if tag.starts_with(b"<!--") => *state = State::Within(b"-->"),
                    Some(b'!') if tag.starts_with(b"<![CDATA[") => *state = State::Within(b"]]>"),
                    Some(_) => element(tag, count),
                    None => {}
                }
            }
        }
    }
}

/// Counts an element by the begin of its tag.
fn element(tag: &[u8], count: &mut Count) {
    count.elements += 1;
    let tag = &tag[1..tag.len().min(NAME)];
    let is_end = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>');
    let Some(end) = tag.iter().position(is_end) else { return };
    let name = tag[..end].rsplit(|&byte| byte == b':').next().unwrap_or_default();
    match name {
        b"v" => {
            let is_blank = match tag[end..] {
                [b'/', ..] => true,
                [b'>', next, ..] => next == b'<' || next.is_ascii_whitespace(),
                _ => false,
            };
            count.values += usize::from(!is_blank);
        }
        b"is" => count.values += 1,
        b"si" => count.texts += 1,
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives what it has in pieces of so many bytes.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            let size = self.1.min(to.len()).min(self.0.len());
            to[..size].copy_from_slice(&self.0[..size]);
            self.0 = &self.0[size..];
            Ok(size)
        }
    }

    #[test]
    fn elements_count_wherever_pieces_end() {
        let xml = "<?xml version=\"1.0\" a=\"<v>\"?><x:a><!-- <v>1</v> --><c><v>1</v></c><c r=\"A2\"><x:v>2\
                   </x:v></c><c><v/><v></v><v> </v></c><t><![CDATA[<v>3</v>]]></t><is>b</is><si/></x:a>";
        let most = Count { bytes: 1000, elements: 1000, values: 1000, texts: 1000 };
        let whole = Count { bytes: xml.len(), elements: 12, values: 3, texts: 1 };
        for size in 1..xml.len() + 1 {
            let counted = count(Pieces(xml.as_bytes(), size), &most).unwrap();
            assert_eq!(counted, whole, "in pieces of {size}");
        }
    }

    #[test]
    fn it_ends_where_there_is_too_much() {
        let xml = "<v>1</v>".repeat(1_000_000);
        let most = Count { bytes: usize::MAX, elements: 100, values: 10, texts: 0 };
        let counted = count(xml.as_bytes(), &most).unwrap();
        assert!(counted.values > 10 && counted.bytes < xml.len());
    }
}
