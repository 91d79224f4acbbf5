//! A pair of formats that is offered.

use serde_json::{Value, json};

use super::confine::Role;
use super::{Failure, Mode, Outcome, Progress, Takes, Work};

/// The format of inputs that are no files.
pub(crate) const URL: &str = "url";

pub(super) type Run = fn(&Work, &Progress) -> Result<Outcome, Failure>;

/// A pair of formats that an engine converts; `*` stands for every format.
pub(crate) struct ConversionType {
    pub(crate) input_format: String,
    pub(crate) output_format: String,
    pub(crate) mode: Mode,
    pub(crate) converter: &'static str,
    pub(crate) group: &'static str,
    /// The options that work, with their defaults.
    pub(crate) options: Value,
    /// What a user should know, above all what is lost with every input. What is lost only with some, the conversion
    /// tells by [`Progress::warn`].
    pub(crate) note: Option<String>,
    /// What it needs of this machine.
    pub(super) role: Role,
    pub(super) run: Run,
}

impl ConversionType {
    pub(super) fn new(
        group: &'static str,
        converter: &'static str,
        (input, output): (&str, &str),
        run: Run,
    ) -> Self {
        Self {
            input_format: input.to_owned(),
            output_format: output.to_owned(),
            mode: Mode::Convert,
            converter,
            group,
            options: json!({}),
            note: None,
            role: Role::Engine,
            run,
        }
    }

    pub(super) fn mode(self, mode: Mode) -> Self {
        Self { mode, ..self }
    }

    pub(super) fn options(self, options: Value) -> Self {
        Self { options, ..self }
    }

    /// The names of its options, and what they take.
    pub(crate) fn takes(&self) -> impl Iterator<Item = (&str, Takes)> {
        let options = self.options.as_object().into_iter().flatten();
        options.map(move |(name, default)| (name.as_str(), Takes::of(self.mode, name, default)))
    }

    pub(super) fn program(self) -> Self {
        Self { role: Role::Starter, ..self }
    }

    pub(super) fn browser(self) -> Self {
        Self { role: Role::Browser, ..self }
    }

    /// Adds a sentence to the note.
    pub(super) fn note(self, note: &str) -> Self {
        let note = match self.note {
            Some(before) => format!("{before} {note}"),
            None => note.to_owned(),
        };
        Self { note: Some(note), ..self }
    }
}
