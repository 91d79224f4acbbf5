//! One unit of work, as an engine is given it.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Failure, Limits, Mode, Outcome, Takes, option};
use crate::egress::Network;
use crate::file::StoredFile;
use crate::names::{numbered, with_extension};

/// What an engine is to do.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Work {
    pub(crate) mode: Mode,
    pub(crate) inputs: Vec<StoredFile>,
    pub(crate) input_format: String,
    pub(crate) output_format: String,
    /// The engine that was chosen when the process was created.
    pub(crate) converter: String,
    pub(crate) options: Map<String, Value>,
    /// An empty folder; results go here and nowhere else.
    pub(crate) output_dir: PathBuf,
    /// Results are called `stem.ext`, or `stem-1.ext`, `stem-2.ext` and so on.
    pub(crate) stem: String,
    pub(crate) limits: Limits,
    /// Networks that a page may be loaded from, besides the public internet.
    pub(crate) reach: Vec<Network>,
    /// For a command, the task that each input comes from.
    pub(crate) sources: Vec<String>,
}

impl Work {
    pub(super) fn input(&self) -> Result<&StoredFile, Failure> {
        let input = self.inputs.first();
        let input = input.ok_or_else(|| Failure::BadInput("There is no input file".into()))?;
        if input.size == 0 {
            return Err(Failure::BadInput("The input file is empty".into()));
        }
        Ok(input)
    }

    /// All inputs, of which there have to be several.
    pub(super) fn several(&self) -> Result<&[StoredFile], Failure> {
        if self.inputs.len() < 2 {
            let message = "At least two input files are needed, which become one; there is only one";
            return Err(Failure::BadParameter(message.into()));
        }
        Ok(&self.inputs)
    }

    /// The whole input, which engines read that need all of it in memory.
    pub(super) fn read(&self, most: u64) -> Result<Vec<u8>, Failure> {
        let input = self.input()?;
        if input.size > most {
            return Err(Failure::BadInput(format!(
                "The input file has {} bytes, which is too large for this conversion: it takes at most {most}",
                input.size
            )));
        }
        let mut bytes = Vec::new();
        let file = File::open(&input.path).map_err(Failure::io)?;
        file.take(most).read_to_end(&mut bytes).map_err(Failure::io)?;
        Ok(bytes)
    }

    /// Where the one result goes.
    pub(super) fn output(&self) -> PathBuf {
        self.output_dir.join(with_extension(&self.stem, &self.output_format))
    }

    /// Where one of several results goes.
    pub(super) fn numbered_output(&self, number: usize) -> PathBuf {
        self.output_dir.join(numbered(&self.stem, number, &self.output_format))
    }

    pub(super) fn write(&self, bytes: &[u8]) -> Result<Outcome, Failure> {
        let path = self.output();
        std::fs::write(&path, bytes).map_err(Failure::io)?;
        Ok(Outcome::Files(vec![path]))
    }

    /// An option that is a whole number, also written as text.
    pub(super) fn number(&self, name: &str, least: u32, most: u32) -> Result<Option<u32>, Failure> {
        let wrong = || Failure::BadOption(format!("{name} has to be a number from {least} to {most}"));
        let number = match self.options.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) if text.is_empty() => return Ok(None),
            Some(value) => option::whole(value).and_then(|n| u32::try_from(n).ok()).ok_or_else(wrong)?,
        };
        if (least..=most).contains(&number) { Ok(Some(number)) } else { Err(wrong()) }
    }

    /// An option that is true or false, also written as text or number. Empty is false.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Failure> {
        Ok(self.choice(name)?.unwrap_or(false))
    }

    /// As [`Work::flag`], where an option that is left out is neither.
    pub(super) fn choice(&self, name: &str) -> Result<Option<bool>, Failure> {
        match self.options.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(value) => {
                let wrong = || Failure::BadOption(format!("{name} {}", Takes::Flag.wanted()));
                option::truth(value).map(Some).ok_or_else(wrong)
            }
        }
    }

    /// An option that is one of the words that there are for it. Empty is absent.
    pub(super) fn one_of(&self, name: &str) -> Result<Option<&'static str>, Failure> {
        let Some(asked) = self.word(name) else { return Ok(None) };
        let known = option::words(self.mode, name).unwrap_or_default();
        let found = known.iter().find(|known| **known == asked).copied();
        found.map(Some).ok_or_else(|| Failure::BadOption(format!("{name} {}", Takes::One(known).wanted())))
    }

    /// An option that is a text; a number and a truth count as one. Empty is absent.
    pub(super) fn word(&self, name: &str) -> Option<String> {
        match self.options.get(name)? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            value @ (Value::Number(_) | Value::Bool(_)) => Some(value.to_string()),
            _ => None,
        }
    }
}
