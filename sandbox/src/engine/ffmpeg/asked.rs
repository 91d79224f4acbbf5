//! Which codecs are asked for.

use super::probe::Stream;
use super::target::{Codec, Target};
use super::{Failure, Work};

/// Which codec is asked for.
#[derive(Clone, Copy)]
pub(super) enum Asked {
    Nothing,
    Copy,
    Codec(&'static Codec),
}

impl Asked {
    /// Whether a stream may stay as it is.
    pub(super) fn fits(self, target: &Target, stream: &Stream) -> bool {
        match self {
            Self::Nothing => target.keeps.contains(&stream.codec_name.as_str()),
            Self::Copy => true,
            Self::Codec(codec) => codec.0 == stream.codec_name,
        }
    }

    pub(super) fn encoder(self, codecs: &'static [Codec]) -> &'static str {
        match self {
            Self::Codec(codec) => codec.1,
            Self::Copy => "copy",
            Self::Nothing => codecs.first().map_or("copy", |codec| codec.1),
        }
    }
}

pub(super) fn asked(work: &Work, option: &str, codecs: &'static [Codec]) -> Result<Asked, Failure> {
    let Some(wanted) = work.word(option) else { return Ok(Asked::Nothing) };
    if wanted.eq_ignore_ascii_case("copy") {
        return Ok(Asked::Copy);
    }
    let found = codecs.iter().find(|codec| codec.0.eq_ignore_ascii_case(&wanted));
    found.map(Asked::Codec).ok_or_else(|| {
        let names: Vec<&str> = codecs.iter().map(|codec| codec.0).chain(["copy"]).collect();
        Failure::BadOption(format!(
            "{option} of {} has to be one of these codecs: {}",
            work.output_format,
            names.join(", ")
        ))
    })
}
