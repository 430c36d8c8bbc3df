//! Telling services apart: on a screen, on paper without colour, and by eyes that see fewer colours.

/// The look of one service: a colour, how often white bands cut it, and letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) fill: &'static str,
    /// Colour of letters on it.
    pub(super) ink: &'static str,
    /// White bands across it: none, below, or above and below.
    pub(super) bands: usize,
    /// `A`, `B`, … `Z`, `AA`, …
    pub(super) letters: String,
}

/// The colours of Okabe and Ito, which all kinds of colour vision tell apart, without their black.
const COLOURS: [(&str, &str); 7] = [
    ("#56b4e9", "#000000"),
    ("#e69f00", "#000000"),
    ("#009e73", "#000000"),
    ("#f0e442", "#000000"),
    ("#0072b2", "#ffffff"),
    ("#d55e00", "#000000"),
    ("#cc79a7", "#000000"),
];

/// Light colours that leave a label on them readable; stays say by their label where they are.
const TINTS: [&str; 8] =
    ["#cfe3f5", "#fbe0b0", "#c8ead9", "#f6d3c4", "#e3d6ee", "#f3eeb4", "#d5dee6", "#f4cfe0"];

/// The colour of the `index`-th counter, or clerk.
pub(super) fn tint(index: usize) -> &'static str {
    TINTS[index % TINTS.len()]
}

/// The look of the `index`-th service of a chart. Letters never repeat; colour and bands do after
/// 21 services.
pub(super) fn look(index: usize) -> Look {
    let (fill, ink) = COLOURS[index % COLOURS.len()];
    Look { fill, ink, bands: index / COLOURS.len() % 3, letters: letters(index) }
}

fn letters(index: usize) -> String {
    let last = char::from(b'A' + (index % 26) as u8);
    if index < 26 { last.to_string() } else { format!("{}{last}", letters(index / 26 - 1)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_never_repeat() {
        let all: std::collections::BTreeSet<String> = (0..2000).map(letters).collect();
        assert_eq!(all.len(), 2000);
        assert_eq!(
            (letters(25), letters(26), letters(702)),
            ("Z".into(), "AA".into(), "AAA".into())
        );
    }

    #[test]
    fn the_first_21_services_look_different_without_their_letters() {
        let looks: std::collections::BTreeSet<_> =
            (0..21).map(look).map(|look| (look.fill, look.bands)).collect();
        assert_eq!(looks.len(), 21);
    }
}
