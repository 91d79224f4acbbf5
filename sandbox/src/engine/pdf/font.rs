//! Three of the fonts that every viewer has (PDF 32000-1, 9.6.2.2), and their encoding and widths.

/// A font of text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Font {
    Text,
    Bold,
    Code,
}

/// Widths of the characters from space to tilde, in thousandths of the font size (Adobe's core font metrics).
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];
const HELVETICA_BOLD: [u16; 95] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278,
    556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584,
    556, 333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556,
    333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
];
/// The letters from À to ÿ without what makes them special, which are about as wide.
const PLAIN: &[u8; 64] = b"AAAAAAMCEEEEIIIIDNOOOOO+OUUUUYPBaaaaaamceeeeiiiidnooooo+ouuuuypy";

impl Font {
    pub(super) const ALL: [Self; 3] = [Self::Text, Self::Bold, Self::Code];

    /// Its name on a page.
    pub(super) const fn name(self) -> &'static [u8] {
        match self {
            Self::Text => b"Text",
            Self::Bold => b"Bold",
            Self::Code => b"Code",
        }
    }

    pub(super) const fn standard_name(self) -> &'static [u8] {
        match self {
            Self::Text => b"Helvetica",
            Self::Bold => b"Helvetica-Bold",
            Self::Code => b"Courier",
        }
    }

    /// How wide an encoded character is, in thousandths of the font size.
    fn width(self, byte: u8) -> u16 {
        let widths = match self {
            Self::Text => &HELVETICA,
            Self::Bold => &HELVETICA_BOLD,
            Self::Code => return 600,
        };
        let plain = match byte {
            0xC0.. => PLAIN[usize::from(byte - 0xC0)],
            b' '..=b'~' => byte,
            _ => b'n',
        };
        widths[usize::from(plain - b' ')]
    }

    /// Breaks an encoded line into lines of at most this width, in thousandths of the font size; at spaces, where there
    /// are some.
    pub(super) fn break_line(self, mut line: &[u8], width: u32) -> Vec<&[u8]> {
        let mut lines = Vec::new();
        loop {
            let mut used = 0;
            let fits = line.iter().take_while(|byte| {
                used += u32::from(self.width(**byte));
                used <= width
            });
            let fits = fits.count().max(1);
            if fits >= line.len() {
                lines.push(line);
                return lines;
            }
            // The space itself may stand behind the margin.
            let space = line[..=fits].iter().rposition(|byte| *byte == b' ').filter(|at| *at > 0);
            let end = space.unwrap_or(fits);
            lines.push(&line[..end]);
            line = &line[end + usize::from(space.is_some())..];
        }
    }
}

/// A text in `WinAnsiEncoding` (PDF 32000-1, annex D). What it does not have becomes a question mark.
pub(super) fn encode(text: &str) -> Vec<u8> {
    text.chars().filter(|c| !c.is_control()).map(|c| win_ansi(c).unwrap_or(b'?')).collect()
}

/// Whether the encoding has a character.
pub(super) fn has(c: char) -> bool {
    c.is_control() || win_ansi(c).is_some()
}

fn win_ansi(c: char) -> Option<u8> {
    const HIGH: [(char, u8); 27] = [
        ('€', 0x80),
        ('‚', 0x82),
        ('ƒ', 0x83),
        ('„', 0x84),
        ('…', 0x85),
        ('†', 0x86),
        ('‡', 0x87),
        ('ˆ', 0x88),
        ('‰', 0x89),
        ('Š', 0x8A),
        ('‹', 0x8B),
        ('Œ', 0x8C),
        ('Ž', 0x8E),
        ('‘', 0x91),
        ('’', 0x92),
        ('“', 0x93),
        ('”', 0x94),
        ('•', 0x95),
        ('–', 0x96),
        ('—', 0x97),
        ('˜', 0x98),
        ('™', 0x99),
        ('š', 0x9A),
        ('›', 0x9B),
        ('œ', 0x9C),
        ('ž', 0x9E),
        ('Ÿ', 0x9F),
    ];
    match c {
        ' '..='~' | '\u{a0}'..='\u{ff}' => u8::try_from(u32::from(c)).ok(),
        c => HIGH.iter().find(|(high, _)| *high == c).map(|(_, byte)| *byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces_and_lose_nothing_else() {
        let line = encode("one two three fourfourfourfour");
        let lines = Font::Code.break_line(&line, 600 * 8);
        assert_eq!(lines, [&b"one two"[..], b"three", b"fourfour", b"fourfour"]);
        assert_eq!(Font::Code.break_line(b"", 1), [b""]);
        assert_eq!(Font::Text.break_line(b"ab", 1).concat(), b"ab");
    }

    #[test]
    fn characters() {
        assert_eq!(encode("aä€漢\n"), [b'a', 0xE4, 0x80, b'?']);
        assert!(has('—') && !has('漢'));
    }
}
