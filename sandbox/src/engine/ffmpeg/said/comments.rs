//! What is said in FLAC and Ogg: comments of any names. Those that `lofty` has no key for stay as they are.

use std::fs::File;
use std::mem::take;
use std::path::Path;

use lofty::config::{ParseOptions, WriteOptions};
use lofty::file::{AudioFile, FileType};
use lofty::flac::FlacFile;
use lofty::ogg::tag::VorbisComments;
use lofty::ogg::{OpusFile, VorbisFile};
use lofty::tag::{MergeTag, SplitTag, Tag};

enum Of {
    Flac(FlacFile),
    Vorbis(VorbisFile),
    Opus(OpusFile),
}

pub(super) struct Comments {
    file: Of,
    rest: <VorbisComments as SplitTag>::Remainder,
}

impl Comments {
    pub(super) fn open(kind: FileType, path: &Path, options: ParseOptions) -> Option<(Self, Tag)> {
        let mut content = File::open(path).ok()?;
        let (file, said) = match kind {
            FileType::Flac => {
                let mut file = FlacFile::read_from(&mut content, options).ok()?;
                let said = file.remove_vorbis_comments().unwrap_or_default();
                (Of::Flac(file), said)
            }
            FileType::Vorbis => {
                let mut file = VorbisFile::read_from(&mut content, options).ok()?;
                let said = take(file.vorbis_comments_mut());
                (Of::Vorbis(file), said)
            }
            _ => {
                let mut file = OpusFile::read_from(&mut content, options).ok()?;
                let said = take(file.vorbis_comments_mut());
                (Of::Opus(file), said)
            }
        };
        let (rest, tag) = said.split_tag();
        Some((Self { file, rest }, tag))
    }

    pub(super) fn save(self, tag: Tag, path: &Path) -> Option<()> {
        let (said, options) = (self.rest.merge_tag(tag), WriteOptions::new());
        let saved = match self.file {
            Of::Flac(mut file) => {
                file.set_vorbis_comments(said);
                file.save_to_path(path, options)
            }
            Of::Vorbis(mut file) => {
                *file.vorbis_comments_mut() = said;
                file.save_to_path(path, options)
            }
            Of::Opus(mut file) => {
                *file.vorbis_comments_mut() = said;
                file.save_to_path(path, options)
            }
        };
        saved.ok()
    }
}
