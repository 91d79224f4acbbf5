//! The extensions of a GIF that the crate `gif` does not hand on: comments (section 24 of its standard) and others.

use super::{COMMENT as KEYWORD, Metadata, text, xmp};

const EXTENSION: u8 = 0x21;
const IMAGE: u8 = 0x2c;
const END: u8 = 0x3b;
pub(in crate::engine::image) const COMMENT: u8 = 0xfe;

const XMP: &[u8] = b"XMP DataXMP";
/// What stands behind it, so that whoever takes its bytes for lengths of blocks comes to the end too.
const XMP_END: &[u8] = &[0x01, 0xff, 0xfe, 0xfd, 0xfc];

/// Stands before a picture, and says how long it is shown.
const CONTROL: u8 = 0xf9;
const TEXT: u8 = 0x01;
const APPLICATION: u8 = 0xff;
/// How often it is played, and what the crate reads.
const KNOWN: [&[u8]; 3] = [b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"];

/// Names that another program gave to what says how often a GIF is played, by the usual one, which is as long.
pub(in crate::engine::image) fn with_usual_names(file: &mut [u8]) {
    const OTHER: &[u8] = b"\x21\xff\x0bANIMEXTS1.0\x03\x01";
    const USUAL: &[u8] = b"NETSCAPE2.0";
    if let Some(at) = memchr::memmem::find(file, OTHER) {
        file[at + 3..at + 3 + USUAL.len()].copy_from_slice(USUAL);
    }
}

/// All comments, and what other extensions there are, as far as the file can be read.
pub(in crate::engine::image) fn read(file: &[u8]) -> Metadata {
    let mut metadata = Metadata::default();
    let mut blocks = Blocks::of(file);
    // It ends where nothing more can be read.
    let _ = blocks.collect(&mut metadata);
    metadata
}

/// How many of its pictures are whole, and how many were begun, where the file ends within a part of it.
pub(in crate::engine::image) fn whole_before_cut(file: &[u8]) -> Option<(usize, usize)> {
    let mut blocks = Blocks::of(file);
    let is_cut = blocks.collect(&mut Metadata::default()).is_none();
    is_cut.then(|| (blocks.pictures, blocks.pictures + usize::from(blocks.in_picture)))
}

struct Blocks<'a> {
    rest: &'a [u8],
    pictures: usize,
    in_picture: bool,
}

impl<'a> Blocks<'a> {
    const fn of(rest: &'a [u8]) -> Self {
        Self { rest, pictures: 0, in_picture: false }
    }

    fn collect(&mut self, metadata: &mut Metadata) -> Option<()> {
        let screen = self.take(13)?;
        self.skip_table(screen[10])?;
        loop {
            // Some programs leave out what says that it ends.
            let Some(kind) = self.take(1) else { return Some(()) };
            match kind[0] {
                EXTENSION => {
                    let label = self.take(1)?[0];
                    self.in_picture = label == CONTROL;
                    if label == APPLICATION && self.rest.get(1..12) == Some(XMP) {
                        self.take(12)?;
                        let packet = self.take(memchr::memmem::find(self.rest, XMP_END)?)?;
                        metadata.xmp = Some(xmp::packet(packet.to_vec()));
                        // What stands behind it says nothing.
                        self.content()?;
                        continue;
                    }
                    let content = self.content()?;
                    match (label, content.get(..11)) {
                        (COMMENT, _) => {
                            metadata.comments.extend(text(&content).map(|text| (KEYWORD.to_owned(), text)));
                        }
                        (TEXT, _) => {
                            metadata
                                .others
                                .insert("a text over the picture (Plain Text Extension)".to_owned());
                        }
                        (APPLICATION, Some(name)) if !KNOWN.contains(&name) => {
                            metadata.others.extend(text(name));
                        }
                        _ => {}
                    }
                }
                IMAGE => {
                    self.in_picture = true;
                    let image = self.take(9)?;
                    self.skip_table(image[8])?;
                    // How many bits the first codes have.
                    self.take(1)?;
                    self.content()?;
                    self.pictures += 1;
                    self.in_picture = false;
                }
                END => {
                    while let Some(rest) = self.rest.strip_prefix(&[END]) {
                        self.rest = rest;
                    }
                    metadata.others.extend(super::behind(self.rest, 0));
                    return Some(());
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
        let texts: Vec<_> = read(&file).comments.into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["hello", "Größe"]);
        for end in 0..file.len() {
            read(&file[..end]);
        }
    }
}
