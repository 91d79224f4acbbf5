//! What is kept, told or lost.

use super::facts::{self, Facts};
use super::service::Converted;

const SOUND: [&str; 5] = ["mp3", "wav", "ogg", "flac", "m4a"];
/// What a film has besides its sound, and a file of sound is not asked for.
const OF_FILMS: [&str; 8] =
    ["videos", "hdr", "look", "times", "aspect", "frame rate", "rotation", "subtitles"];

pub(super) enum Kept {
    Here,
    Told,
    Lost { wanted: String, have: String },
}

/// What became of each fact that the other program kept.
pub(super) struct Verdict {
    pub(super) output: String,
    /// Whether the other program made nothing that can be read.
    pub(super) alone: bool,
    pub(super) facts: Vec<(String, Kept)>,
}

impl Verdict {
    pub(super) fn of(input: &Facts, peer: &Facts, service: &Facts, here: &Converted, output: &str) -> Self {
        let said_here = match here {
            Converted::Files { said, .. } => said,
            Converted::Refused(why) => {
                // What cannot be read is told; what others can read is to be read here.
                let silent =
                    SOUND.contains(&output) && input.get("sounds").is_some_and(|sounds| sounds == "0");
                let kept = if peer.is_empty() || silent {
                    Vec::new()
                } else {
                    let lost = Kept::Lost { wanted: "an output".into(), have: why.clone() };
                    vec![("output".to_owned(), lost)]
                };
                return Self { output: output.to_owned(), alone: peer.is_empty(), facts: kept };
            }
        };
        let kept = peer.iter().filter_map(|(fact, wanted)| {
            // A file of sound has the sound of a film, and no more, as it is asked for.
            if SOUND.contains(&output) && OF_FILMS.contains(&facts::kind(fact)) {
                return None;
            }
            // What the input does not say, the other program made up; between kinds, it is what there is.
            let said = input.get(fact);
            if said.map_or(!facts::between_kinds(fact), |said| !facts::same(fact, said, wanted)) {
                return None;
            }
            let have = service.get(fact).map_or("", String::as_str);
            // Colours that were converted look the same without the profile.
            let is_converted = fact == "profile"
                && have.is_empty()
                && peer
                    .get("pixels")
                    .zip(service.get("pixels"))
                    .is_some_and(|(a, b)| facts::same("pixels", a, b));
            let is_same = facts::same(fact, said.unwrap_or(wanted), have) || facts::same(fact, wanted, have);
            let kept = if is_same {
                Kept::Here
            } else if said_here.tells(fact) {
                Kept::Told
            } else if is_converted {
                Kept::Here
            } else {
                Kept::Lost { wanted: wanted.clone(), have: have.to_owned() }
            };
            Some((fact.clone(), kept))
        });
        Self { output: output.to_owned(), alone: peer.is_empty(), facts: kept.collect() }
    }
}
