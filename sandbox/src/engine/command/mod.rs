//! Commands of users: a program of an engine that the operator allows, with arguments of the user's. It is held in as the
//! programs of other engines are. In the arguments, `/input/TASK/FILE` is an input and `/output/` is where results go.

mod place;
mod words;

use std::cell::RefCell;
use std::str::FromStr;

use serde_json::{Value, json};

use super::process::Talk;
use super::program::{self, Installed};
use super::{ConversionType, Failure, Mode, Outcome, Progress, Work, process};
use place::Place;
use words::words;

/// How much of what a command says is kept, in bytes.
const MAX_SAID: usize = 64 << 10;

/// The longest argument, in bytes.
const LONGEST_WORD: usize = 64 << 10;

/// Programs that users may be allowed to run with arguments of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandEngine {
    /// `ffmpeg` and `ffprobe`.
    Ffmpeg,
    /// `convert` and `identify`.
    ImageMagick,
    /// `gm`.
    GraphicsMagick,
}

impl CommandEngine {
    const ALL: [Self; 3] = [Self::Ffmpeg, Self::ImageMagick, Self::GraphicsMagick];

    /// The name by which tasks choose it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ffmpeg => "ffmpeg",
            Self::ImageMagick => "imagemagick",
            Self::GraphicsMagick => "graphicsmagick",
        }
    }

    /// Its programs.
    pub(crate) const fn commands(self) -> &'static [&'static str] {
        match self {
            Self::Ffmpeg => &["ffmpeg", "ffprobe"],
            Self::ImageMagick => &["convert", "identify"],
            Self::GraphicsMagick => &["gm"],
        }
    }

    /// What decides how long it may take.
    const fn group(self) -> &'static str {
        match self {
            Self::Ffmpeg => "video",
            Self::ImageMagick | Self::GraphicsMagick => "image",
        }
    }
}

impl FromStr for CommandEngine {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = Self::ALL.map(Self::as_str).join(", ");
        let found = Self::ALL.into_iter().find(|engine| engine.as_str() == name);
        found.ok_or_else(|| format!("there is no engine {name} for commands; there are {known}"))
    }
}

/// Those that are allowed and there.
pub(super) fn types(installed: &Installed, allowed: &[CommandEngine]) -> Vec<ConversionType> {
    let is_there = |engine: &CommandEngine| engine.commands().iter().all(|name| installed.program(name));
    let pair = |engine: CommandEngine| {
        let pair = ConversionType::new(engine.group(), engine.as_str(), ("*", "*"), run).mode(Mode::Command);
        pair.options(json!({"command": null, "arguments": null, "capture_output": false})).program()
    };
    CommandEngine::ALL
        .into_iter()
        .filter(|engine| allowed.contains(engine))
        .filter(is_there)
        .map(pair)
        .collect()
}

/// For a worker, whose service has looked at what is allowed.
pub(super) const fn all() -> &'static [CommandEngine] {
    &CommandEngine::ALL
}

fn run(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let engine: CommandEngine = work.converter.parse().map_err(Failure::BadParameter)?;
    let command = work.word("command").filter(|name| engine.commands().contains(&name.as_str()));
    let command = command.ok_or_else(|| {
        let known = engine.commands().join(", ");
        Failure::BadParameter(format!("command has to be one of {known}"))
    })?;
    let captures = work.flag("capture_output")?;
    let place = Place::new(work)?;
    let mut program = program::named(&command);
    program.args(arguments(work)?.iter().map(|word| place.inside(word))).current_dir(place.outputs());
    progress.set(5.0, "Running the command")?;
    let said = RefCell::new(String::new());
    let hear = |line: &str| {
        let mut said = said.borrow_mut();
        if captures && said.len() < MAX_SAID {
            said.push_str(line);
            said.push('\n');
        }
    };
    let ended = process::follow(&mut program, progress, &Talk::default(), || Ok(()), hear, hear)?;
    if !ended.status.success() {
        let why = place.outside(&ended.last);
        let why = if why.is_empty() { "it does not say why".to_owned() } else { why };
        return Err(ended.not_for_input().unwrap_or(Failure::BadInput(format!("{command} failed: {why}"))));
    }
    let mut said = place.outside(&said.into_inner());
    if said.len() > MAX_SAID {
        said.truncate(said.floor_char_boundary(MAX_SAID));
        progress.warn(format!("Of what the command says, the first {MAX_SAID} bytes are kept"));
    }
    Ok(Outcome::Command { files: place.made()?, output: captures.then_some(said) })
}

/// `arguments`: a line in words as a shell has them, or an array of words.
fn arguments(work: &Work) -> Result<Vec<String>, Failure> {
    let wrong = |why: &str| Failure::BadParameter(format!("arguments {why}"));
    let words: Vec<String> = match work.options.get("arguments") {
        Some(Value::String(line)) => words(line).ok_or_else(|| wrong("have a quote that is not closed"))?,
        Some(Value::Array(words)) => {
            let words = words.iter().map(|word| word.as_str().map(str::to_owned));
            words.collect::<Option<_>>().ok_or_else(|| wrong("have to be texts"))?
        }
        _ => return Err(wrong("have to be a text, or an array of texts")),
    };
    // As programs can be given them.
    if words.iter().any(|word| word.contains('\0') || word.len() > LONGEST_WORD) {
        return Err(wrong(&format!("have a NUL character, or a word of more than {LONGEST_WORD} bytes")));
    }
    Ok(words)
}
