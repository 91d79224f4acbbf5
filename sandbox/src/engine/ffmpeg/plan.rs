//! What ffmpeg is told of an output.

use super::cover::Cover;
use super::probe::Stream;
use super::said::Said;

#[derive(Default)]
pub(super) struct Plan {
    /// The arguments of ffmpeg for inputs besides the first.
    pub(super) inputs: Vec<String>,
    /// Those between inputs and output.
    pub(super) arguments: Vec<String>,
    /// By how many seconds all times are to be earlier.
    pub(super) late: Option<f64>,
    /// Whether a stream is copied. What is wrong with its times shows only then.
    pub(super) copies: bool,
    /// A cover picture that ffmpeg does not write by itself.
    pub(super) cover: Option<Cover>,
    /// Its number among the pictures of the output.
    pub(super) picture: usize,
    /// The sounds of the output whose input has so many bits a sample, which not every encoder writes.
    pub(super) deep: Vec<(usize, u32)>,
    /// What is said of a sound, where ffmpeg takes over a part of it.
    pub(super) said: Option<Said>,
    /// The values of tags whose loss is told.
    pub(super) told: Vec<String>,
}

impl Plan {
    pub(super) fn add(&mut self, arguments: &[&str]) {
        self.arguments.extend(arguments.iter().map(|&argument| argument.to_owned()));
    }

    pub(super) fn map(&mut self, stream: &Stream) {
        self.add(&["-map", &format!("0:{}", stream.index)]);
    }
}
