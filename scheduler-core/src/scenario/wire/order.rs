//! In what order things stand in the format.

use super::kind::{Kind, Object};

/// One token of a pointer: position in a list, known field, unknown field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Token {
    Index(usize),
    Known(usize),
    Unknown(String),
}

/// Sorts pointers into a value of that kind by their place in its definition.
pub(crate) fn sort_key(pointer: &str, root: &Kind) -> Vec<Token> {
    let mut here = Some(*root);
    let token = |text: &str| match here {
        Some(Kind::List(of)) => {
            here = Some(*of);
            text.parse().map_or_else(|_| Token::Unknown(text.to_owned()), Token::Index)
        }
        Some(Kind::Object(object)) => field(&[object], text, &mut here),
        Some(Kind::Choice(choice)) => field(choice.of, text, &mut here),
        _ => Token::Unknown(text.to_owned()),
    };
    pointer.split('/').skip(1).map(token).collect()
}

/// The place of a field among those of `objects`, the first that has it.
fn field(objects: &[&Object], name: &str, here: &mut Option<Kind>) -> Token {
    let mut before = 0;
    for object in objects {
        if let Some(place) = object.names().iter().position(|known| *known == name) {
            *here = object.field(name).map(|field| field.kind);
            return Token::Known(before + place);
        }
        before += object.names().len();
    }
    *here = None;
    Token::Unknown(name.to_owned())
}
