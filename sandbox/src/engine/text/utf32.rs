//! UTF-32, which the Encoding standard does not have.

/// Which byte of a character is the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Utf32 {
    Little,
    Big,
}

impl Utf32 {
    /// By its label.
    pub(in crate::engine) fn labelled(label: &str, bytes: &[u8]) -> Option<Self> {
        match label.trim().to_lowercase().replace(['_', ' '], "-").as_str() {
            "utf-32le" | "utf32le" | "ucs-4le" => Some(Self::Little),
            "utf-32be" | "utf32be" | "ucs-4be" => Some(Self::Big),
            "utf-32" | "utf32" | "ucs-4" => Some(Self::seen(bytes).unwrap_or(Self::Little)),
            _ => None,
        }
    }

    /// By its mark. As UTF-16, its marks would be followed by zeros, which no text has.
    pub(in crate::engine) fn marked(bytes: &[u8]) -> Option<Self> {
        match bytes.first_chunk()? {
            [0xff, 0xfe, 0, 0] => Some(Self::Little),
            [0, 0, 0xfe, 0xff] => Some(Self::Big),
            _ => None,
        }
    }

    /// By how it looks: nearly all of its units are characters, which no other text is by chance.
    pub(in crate::engine) fn seen(bytes: &[u8]) -> Option<Self> {
        let units = bytes.len() / 4;
        if units == 0 || !bytes.len().is_multiple_of(4) {
            return None;
        }
        [Self::Little, Self::Big].into_iter().find(|order| {
            let wrong = bytes.chunks(4).filter(|unit| matches!(order.character(unit), None | Some('\0')));
            wrong.count() <= units / 20
        })
    }

    pub(in crate::engine) const fn name(self) -> &'static str {
        match self {
            Self::Little => "UTF-32LE",
            Self::Big => "UTF-32BE",
        }
    }

    /// The text without its mark, and whether parts of it are no characters.
    pub(in crate::engine) fn decode(self, bytes: &[u8]) -> (String, bool) {
        let characters = bytes.chunks(4).map(|unit| self.character(unit));
        let mut malformed = false;
        let text = characters.map(|character| {
            malformed |= character.is_none();
            character.unwrap_or(char::REPLACEMENT_CHARACTER)
        });
        let text: String = text.collect();
        (text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text), malformed)
    }

    fn character(self, unit: &[u8]) -> Option<char> {
        let unit = unit.try_into().ok()?;
        char::from_u32(match self {
            Self::Little => u32::from_le_bytes(unit),
            Self::Big => u32::from_be_bytes(unit),
        })
    }
}
