//! What `WebVTT` says of its words, and other subtitles do not: who speaks, and how and where it is shown.

use std::collections::BTreeSet;

use super::probe::Stream;
use super::reader::reader;
use super::target::Target;
use super::{Failure, Progress, Work, program};

/// How many names are shown.
const SHOWN: usize = 5;

/// Tells what of a subtitle is lost in another kind of subtitles.
pub(super) fn tell(
    work: &Work,
    subtitle: &Stream,
    target: &Target,
    progress: &Progress,
) -> Result<(), Failure> {
    let mut ffmpeg = reader("ffmpeg");
    ffmpeg.args(["-nostdin", "-i"]).arg(&work.input()?.path);
    ffmpeg.args(["-map", &format!("0:{}", subtitle.index), "-c", "copy", "-f", "webvtt", "pipe:1"]);
    let text = program::output(&mut ffmpeg, progress)?;
    let names: Vec<&str> = speakers(&text).into_iter().collect();
    if !names.is_empty() {
        let more = names.len().saturating_sub(SHOWN);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        progress.warn(format!(
            "Who speaks in subtitles is lost: {}{more}; {} has the words alone",
            names[..names.len().min(SHOWN)].join(", "),
            target.format
        ));
    }
    if is_placed(&text) {
        progress.warn(format!("How subtitles look, and where, is lost: {} has their text", target.format));
    }
    Ok(())
}

/// The names in `<v Name>` and `<v.class Name>`.
fn speakers(text: &str) -> BTreeSet<&str> {
    let voices = text.split("<v").skip(1).filter(|voice| voice.starts_with(['.', ' ', '\t']));
    let named = voices.filter_map(|voice| voice.split_once('>')?.0.split_once([' ', '\t']));
    named.map(|(_, name)| name.trim()).filter(|name| !name.is_empty()).collect()
}

/// Whether there are settings behind the times, or classes in the words.
fn is_placed(text: &str) -> bool {
    let times = text.lines().filter_map(|line| line.split_once("-->"));
    times.into_iter().any(|(_, end)| end.split_whitespace().nth(1).is_some()) || text.contains("<c.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_speaks_and_where() {
        let text = "WEBVTT\n\n00:00.000 --> 00:01.000\n<v Ann Lee>Yes</v> <v.loud Bob>No\n<video> <v>x";
        assert_eq!(speakers(text).into_iter().collect::<Vec<_>>(), ["Ann Lee", "Bob"]);
        assert!(!is_placed(text));
        assert!(is_placed("00:00.000 --> 00:01.000 line:0\nx") && is_placed("<c.red>x</c>"));
    }
}
