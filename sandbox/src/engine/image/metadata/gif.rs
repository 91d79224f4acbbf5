//! Comments of a GIF (section 24 of its standard), which the crate `gif` does not hand on.

use encoding_rs::WINDOWS_1252;

const EXTENSION: u8 = 0x21;
const IMAGE: u8 = 0x2c;
pub(in crate::engine::image) const COMMENT: u8 = 0xfe;

/// All comments, as far as the file can be read.
pub(in crate::engine::image) fn comments(file: &[u8]) -> Vec<String> {
    let mut comments = Vec::new();
    let mut blocks = Blocks { rest: file };
    // It ends where nothing more can be read.
    let _ = blocks.collect(&mut comments);
    comments
}

struct Blocks<'a> {
    rest: &'a [u8],
}

impl<'a> Blocks<'a> {
    fn collect(&mut self, comments: &mut Vec<String>) -> Option<()> {
        let screen = self.take(13)?;
        self.skip_table(screen[10])?;
        loop {
            match self.take(1)?[0] {
                EXTENSION => {
                    let label = self.take(1)?[0];
                    let content = self.content()?;
                    if label == COMMENT {
                        comments.extend(text(&content));
                    }
                }
                IMAGE => {
                    let image = self.take(9)?;
                    self.skip_table(image[8])?;
                    // How many bits the first codes have.
                    self.take(1)?;
                    self.content()?;
                }
                _ => return Some(()),
            }
        }
    }

    /// The table of colours that such flags announce.
    fn skip_table(&mut self, flags: u8) -> Option<()> {
        if flags & 0x80 != 0 {
            self.take(3 << ((flags & 7) + 1))?;
        }
        Some(())
    }

    /// What stands in blocks up to an empty one.
    fn content(&mut self) -> Option<Vec<u8>> {
        let mut content = Vec::new();
        loop {
            let length = usize::from(self.take(1)?[0]);
            if length == 0 {
                return Some(content);
            }
            content.extend(self.take(length)?);
        }
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }
}

/// ASCII by its standard, UTF-8 and others by use.
fn text(bytes: &[u8]) -> Option<String> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    };
    Some(text.trim_matches('\0').to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_before_and_behind_pictures() {
        let mut file = b"GIF89a\x01\x00\x01\x00\x80\x00\x00".to_vec();
        file.extend([0; 6]);
        file.extend(b"\x21\xfe\x05hello\x00");
        file.extend(b"\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00");
        file.extend(b"\x21\xfe\x03Gr\xf6\x02\xdfe\x00\x3b");
        assert_eq!(comments(&file), ["hello", "Größe"]);
        for end in 0..file.len() {
            comments(&file[..end]);
        }
    }
}
