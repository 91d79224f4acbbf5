//! By which sentences of the service the loss of a fact is told. The note on a pair is the same for every input, so it counts
//! only by the one sentence that is about the fact. What a file is there for (its words, how it looks, its structure) is told
//! by a warning of this very conversion, or not at all.

use super::facts::kind;
use super::service::Said;

enum Sentence {
    /// A whole sentence of the note.
    Note(&'static str),
    /// How a warning begins, but for numbers.
    Warning(&'static str),
    /// How a warning begins that names the fact further on: a tag, a member of an archive.
    Naming(&'static str),
}

use Sentence::{Naming, Note, Warning};

impl Said {
    /// Whether the loss of this fact is told.
    pub(super) fn tells(&self, fact: &str) -> bool {
        sentences(kind(fact)).iter().any(|sentence| match sentence {
            Note(whole) => format!(" {} ", self.note).contains(&format!(" {whole} ")),
            Warning(begin) => self.warnings.iter().any(|warning| without_numbers(warning).starts_with(begin)),
            Naming(begin) => {
                let name = fact.split_once('/').map_or("", |(_, name)| name);
                self.warnings
                    .iter()
                    .any(|warning| warning.strip_prefix(begin).is_some_and(|rest| names(rest, name)))
            }
        })
    }
}

/// The sentences about a kind of facts.
fn sentences(kind: &str) -> &'static [Sentence] {
    match kind {
        "exif" => &[Note("EXIF is lost."), Warning("The EXIF of the image is not in the output")],
        "xmp" => &[Note("XMP is lost."), Warning("The XMP of the image is not in the output")],
        "iptc" => &[Note("IPTC is lost."), Warning("The IPTC of the image is not in the output")],
        "comment" => &[Note("Comments are lost."), Warning("The comment of the image is not in the output")],
        "profile" => &[
            Note("Colours are converted to sRGB."),
            Warning("The colour profile of the image cannot be used"),
        ],
        "resolution" => {
            &[Note("The resolution is lost."), Warning("The resolution of the image is not in the output")]
        }
        "depth" => &[Note("16 bits a channel become 8.")],
        "alpha" => &[
            Note("What is transparent gets the background."),
            Note("What is half transparent gets the background or is left out."),
        ],
        "frames" => &[
            Note("Of an animation, the first picture."),
            Note("Of an icon with several sizes, the largest."),
        ],
        "pictures" => &[
            Warning("Of the pictures of the animation, only the first"),
            Warning("Of the sizes of the icon, only the largest"),
        ],
        "delays" => &[
            Note("Of an animation, the first picture."),
            Note("The pictures of an animation become pages; their times are lost."),
        ],
        "covers" => &[Warning("The cover picture is lost"), Warning("Of several cover pictures, the first")],
        "chapters" => &[Warning("The chapters are lost")],
        "subtitles" => &[Warning("Subtitles are lost")],
        "sounds" => &[Warning("The sound is lost"), Warning("Of several sound tracks, the first is kept")],
        "channels" | "level" => &[Warning("The channels of the sound are mixed")],
        "language" => &[Warning("The language of the sound is lost")],
        "tags" => &[Warning("The title and other tags are lost"), Naming("These tags are lost")],
        "hdr" | "look" => &[Warning("The colours of high dynamic range (HDR) are")],
        "times" => &[Warning("The pictures of the film come at uneven times")],
        "member" => &[
            Naming("Names were changed"),
            Naming("Several members have the same name"),
            Naming("Names differ only in case"),
            Naming("Members are left out"),
            Naming("Links are left out"),
            Naming("The bits setuid, setgid and sticky"),
            Naming("Times are left out"),
        ],
        "contents" => &[Warning("Links are left out"), Warning("Members are left out")],
        _ => &[],
    }
}

fn without_numbers(text: &str) -> String {
    let words = text.split(' ').filter(|word| !word.bytes().all(|byte| byte.is_ascii_digit()));
    words.collect::<Vec<_>>().join(" ")
}

/// Whether a text has a name in it, as a word of its own.
fn names(text: &str, name: &str) -> bool {
    let is_apart = |next: Option<char>| next.is_none_or(|next| !next.is_alphanumeric() && next != '_');
    text.match_indices(name).any(|(at, _)| {
        is_apart(text[..at].chars().next_back()) && is_apart(text[at + name.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(note: &str, warnings: &[&str]) -> Said {
        Said { note: note.to_owned(), warnings: warnings.iter().map(|&warning| warning.to_owned()).collect() }
    }

    #[test]
    fn a_note_tells_by_its_sentence_about_the_fact() {
        let said = said("EXIF is lost. Comments are lost.", &[]);
        assert!(said.tells("exif/Artist") && said.tells("comment"));
        for fact in ["xmp/Title", "iptc/City", "profile", "resolution", "alpha", "duration"] {
            assert!(!said.tells(fact), "{fact}");
        }
    }

    #[test]
    fn what_a_file_is_there_for_is_told_by_no_note() {
        let note = "Text only: pictures by their alternative text; no title, language, metadata, letters, HTML and styles. \
                    What is transparent gets the background. What it refers to is not loaded.";
        for fact in ["words", "pixels", "html/h1", "links"] {
            assert!(!said(note, &[]).tells(fact), "{fact}");
        }
    }

    #[test]
    fn a_warning_tells_of_what_it_names() {
        let said = said("", &["These tags are lost: date, mood; mov has no place for them"]);
        assert!(said.tells("tags/mood") && said.tells("tags/date"));
        assert!(!said.tells("tags/creation_date") && !said.tells("tags/title") && !said.tells("chapters"));
    }
}
