//! What is said in ID3, the tag of an MP3 and of some WAVs: in frames that `lofty` has a key for, and in some of any name.

use std::fs::File;
use std::path::Path;

use lofty::config::{ParseOptions, WriteOptions};
use lofty::file::AudioFile;
use lofty::id3::v2::{Frame, Id3v2Tag};
use lofty::iff::wav::WavFile;
use lofty::mpeg::MpegFile;
use lofty::tag::{ItemKey, ItemValue, MergeTag, SplitTag, Tag, TagItem, TagType};

use super::names::named;

/// The name by which ffmpeg writes a comment, where players do not look for it.
const COMMENT: &str = "comment";
/// Between the values of a frame.
const NEXT: char = '\0';

pub(super) struct Frames {
    file: MpegFile,
    rest: <Id3v2Tag as SplitTag>::Remainder,
}

impl Frames {
    pub(super) fn open(path: &Path, options: ParseOptions, is_input: bool) -> Option<(Self, Tag)> {
        let mut file = MpegFile::read_from(&mut File::open(path).ok()?, options).ok()?;
        let (rest, tag) = split(file.remove_id3v2().unwrap_or_default(), is_input);
        Some((Self { file, rest }, tag))
    }

    /// The tag of another kind at the end of the file.
    pub(super) fn at_the_end(mut self) -> Option<Tag> {
        self.file.remove_ape().map(|ape| ape.split_tag().1)
    }

    pub(super) fn save(mut self, mut tag: Tag, path: &Path) -> Option<()> {
        let several = tag.items().any(|item| tag.get_items(item.key()).nth(1).is_some());
        let of_any_name: Vec<(&str, String)> = named(TagType::Id3v2)
            .map(|(key, name)| (name, tag.take_strings(key).collect::<Vec<_>>().join(&NEXT.to_string())))
            .filter(|(_, text)| !text.is_empty())
            .collect();
        let mut said = self.rest.merge_tag(tag);
        for (name, text) in of_any_name {
            said.insert_user_text(name.to_owned(), text);
        }
        if said.iter().any(|frame| matches!(frame, Frame::Comment(_))) {
            said.retain(|frame| !matches!(frame, Frame::UserText(text) if is_comment(&text.description)));
        }
        self.file.set_id3v2(said);
        // Version 3 of ID3, which more players know, has one value of each.
        self.file.save_to_path(path, WriteOptions::new().use_id3v23(!several)).ok()
    }
}

/// What is said in a WAV as ID3, and the frames there of any name.
pub(super) fn of_wav(path: &Path, options: ParseOptions) -> Option<(Tag, Vec<(String, String)>)> {
    let mut file = WavFile::read_from(&mut File::open(path).ok()?, options).ok()?;
    let (rest, tag) = split(file.remove_id3v2()?, true);
    let named = |frame: &Frame<'_>| match frame {
        Frame::UserText(text) => Some((text.description.to_string(), text.content.replace(NEXT, ";"))),
        _ => None,
    };
    Some((tag, rest.iter().filter_map(named).collect()))
}

/// The frames that there is a key for, apart from the others. Of an output, those of ffmpeg alone are none that count.
fn split(mut frames: Id3v2Tag, is_input: bool) -> (<Id3v2Tag as SplitTag>::Remainder, Tag) {
    let mut found = Vec::new();
    frames.retain(|frame| match frame {
        Frame::UserText(text) => {
            let known = named(TagType::Id3v2).find(|(_, name)| text.description.eq_ignore_ascii_case(name));
            let comment = (is_input && is_comment(&text.description)).then_some(ItemKey::Comment);
            let Some(key) = known.map(|(key, _)| key).or(comment) else { return true };
            found.extend(text.content.split(NEXT).map(|value| (key, value.to_owned())));
            false
        }
        // Who plays what.
        Frame::KeyValue(list) if is_input && frame.id_str() == "TMCL" => {
            let said = |instrument: &str, name: &str| match instrument {
                "" => name.to_owned(),
                _ => format!("{name} ({instrument})"),
            };
            let players = list.key_value_pairs.iter().map(|(instrument, name)| said(instrument, name));
            found.extend(players.map(|player| (ItemKey::Performer, player)));
            false
        }
        _ => true,
    });
    let (rest, mut tag) = frames.split_tag();
    for (key, text) in found {
        if tag.get_strings(key).all(|there| there != text) {
            // `lofty` has no place in ID3 for some.
            tag.push_unchecked(TagItem::new(key, ItemValue::Text(text)));
        }
    }
    (rest, tag)
}

fn is_comment(name: &str) -> bool {
    name.eq_ignore_ascii_case(COMMENT)
}
