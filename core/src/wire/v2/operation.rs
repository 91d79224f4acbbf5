//! An operation of version 2, and what its known options can be.
//!
//! Known options are checked before anything is sent, because a job costs even where it fails. Others go along as they are.

// The description for the faces shows `Takes`.
#![cfg_attr(not(feature = "surface"), allow(unreachable_pub))]

use crate::error::Error;
use crate::job::Mode;
use crate::json::Value;
use Takes::{Flag, Number, Object, OneOf, Text, Texts, Whole};

/// One operation.
pub(super) struct Operation {
    pub(super) mode: Mode,
    /// Its name in a task.
    pub(super) name: &'static str,
    /// Whether it is told the format of its input.
    pub(super) from: bool,
    /// Whether it is told the format of its output. Where it makes few formats, `to` is among its options.
    pub(super) to: bool,
    /// Options without which it is refused: one of each row.
    pub(super) needs: &'static [&'static [&'static str]],
    pub(super) options: &'static [(&'static str, Takes)],
}

/// What an option of an operation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// A text; a number is one too.
    Text,
    /// An array of texts.
    Texts,
    /// A whole number from 0 up.
    Whole,
    /// A number.
    Number,
    /// `true` or `false`.
    Flag,
    /// An object.
    Object,
    /// One of these texts.
    OneOf(&'static [&'static str]),
}

impl Operation {
    pub(super) const fn new(
        mode: Mode,
        name: &'static str,
        needs: &'static [&'static [&'static str]],
        options: &'static [(&'static str, Takes)],
    ) -> Self {
        Self { mode, name, from: false, to: false, needs, options }
    }

    pub(super) const fn from(self) -> Self {
        Self { from: true, ..self }
    }

    pub(super) const fn to(self) -> Self {
        Self { to: true, ..self }
    }

    /// Refuses what it lacks, and known options with a value they cannot take.
    pub(super) fn check<'v>(&self, option: impl Fn(&str) -> &'v Value<'v>) -> Result<(), Error> {
        let lacks = |names: &&&[&str]| names.iter().all(|name| option(name).is_empty());
        if let Some(missing) = self.needs.iter().find(lacks) {
            return Err(Error::bad_request(
                ["`", self.name, "` needs `", &missing.join("` or `"), "` in its options"].concat(),
            ));
        }
        for (name, takes) in self.options {
            let value = option(name);
            if value != &Value::Null && !takes.accepts(value) {
                return Err(Error::bad_request(
                    ["`", name, "` of `", self.name, "` has to be ", &takes.words()].concat(),
                ));
            }
        }
        Ok(())
    }
}

impl Takes {
    fn accepts(self, value: &Value<'_>) -> bool {
        match (self, value) {
            (Text, Value::String(_) | Value::Integer(_) | Value::Float(_)) | (Flag, Value::Bool(_)) => true,
            (Whole, Value::Integer(number)) => *number >= 0,
            (Number, value) => value.number().is_some(),
            (Texts, Value::Array(items)) => items.iter().all(|item| item.text().is_some()),
            (Object, Value::Object(_)) => true,
            (OneOf(names), value) => value.text().is_some_and(|text| names.contains(&text)),
            _ => false,
        }
    }

    /// In words, as errors have them.
    #[must_use]
    pub fn words(self) -> String {
        let words = match self {
            OneOf(names) => return ["one of ", &names.join(", ")].concat(),
            Text => "a text",
            Texts => "an array of texts",
            Whole => "a whole number from 0 up",
            Number => "a number",
            Flag => "true or false",
            Object => "an object",
        };
        words.to_owned()
    }
}
