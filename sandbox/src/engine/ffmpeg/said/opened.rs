//! A file whose tag is apart.

use std::path::Path;

use lofty::config::{GlobalOptions, ParseOptions, WriteOptions, apply_global_options};
use lofty::file::{AudioFile, FileType, TaggedFile, TaggedFileExt};
use lofty::probe::Probe;
use lofty::tag::{Tag, TagType};

use super::boxes::Boxes;
use super::comments::Comments;
use super::frames::Frames;

/// The longest part of a tag, a cover above all.
const LONGEST: usize = 64 << 20;

pub(super) enum Opened {
    Boxes(Boxes),
    Comments(Comments),
    Frames(Frames),
    Other(TaggedFile),
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum For {
    Reading,
    /// With the covers, which would be lost else.
    Writing,
}

impl For {
    pub(super) fn options(self) -> ParseOptions {
        apply_global_options(GlobalOptions::new().allocation_limit(LONGEST));
        ParseOptions::new().read_properties(false).read_cover_art(self == Self::Writing)
    }
}

pub(super) fn open(path: &Path, what_for: For) -> Option<(Opened, Tag)> {
    let options = what_for.options();
    let probe = Probe::open(path).ok()?.options(options).guess_file_type().ok()?;
    Some(match probe.file_type()? {
        FileType::Mp4 => {
            let (boxes, tag) = Boxes::open(path, options)?;
            (Opened::Boxes(boxes), tag)
        }
        kind @ (FileType::Flac | FileType::Vorbis | FileType::Opus) => {
            let (comments, tag) = Comments::open(kind, path, options)?;
            (Opened::Comments(comments), tag)
        }
        FileType::Mpeg => {
            let (frames, tag) = Frames::open(path, options, what_for == For::Reading)?;
            (Opened::Frames(frames), tag)
        }
        kind => {
            let mut file = probe.read().ok()?;
            let kind = if kind == FileType::Wav { TagType::RiffInfo } else { file.primary_tag_type() };
            let tag = file.remove(kind).unwrap_or_else(|| Tag::new(kind));
            (Opened::Other(file), tag)
        }
    })
}

impl Opened {
    pub(super) fn save(self, tag: Tag, path: &Path) -> Option<()> {
        match self {
            Self::Boxes(boxes) => boxes.save(tag, path),
            Self::Comments(comments) => comments.save(tag, path),
            Self::Frames(frames) => frames.save(tag, path),
            Self::Other(mut file) => {
                file.insert_tag(tag);
                file.save_to_path(path, WriteOptions::new()).ok()
            }
        }
    }
}
