//! A wish at rest: without content and credentials.

use super::format::check_format;
use super::mode::MODES;
use super::{Destination, Input, Job};
use crate::choice::name_of;
use crate::error::Error;
use crate::json::Value;

impl Job {
    /// What [`Job::restore`] reads: a saved state never holds the bytes of a file, the keys to a storage or a password. Where
    /// nothing has to begin any more, it holds only what the rest of the way depends on.
    pub(crate) fn save(&self, may_begin: bool) -> Value<'static> {
        #[cfg(feature = "v2")]
        if let Some(tasks) = &self.tasks {
            return tasks.save(self, may_begin);
        }
        let mut wish = Value::object();
        wish.set("from", self.from.clone());
        wish.set("to", self.to.clone());
        wish.set("mode", name_of(self.mode, MODES));
        wish.set_some("filename", self.filename.clone());
        wish.set_some("save", self.save.then_some(true));
        wish.set_some("output", self.output.as_ref().map(Destination::without_secrets));
        if may_begin {
            self.input.save(&mut wish);
            self.save_beginning(&mut wish);
        } else {
            self.input.save_files(&mut wish);
            wish.set("incomplete", true);
        }
        wish
    }

    /// What only a creation or a start needs.
    fn save_beginning(&self, wish: &mut Value<'static>) {
        if cfg!(feature = "v2") {
            wish.set_some("output_filename", self.output_filename.clone());
            wish.set_some("engine", self.engine.clone());
            wish.set_some("engine_version", self.engine_version.clone());
        }
        if !self.options.is_empty() {
            let (options, is_whole) = without_passwords(&self.options);
            wish.set("options", options);
            wish.set_some("incomplete", (!is_whole).then_some(true));
        }
        if !self.tag.is_empty() {
            wish.set("tag", self.tag.clone());
        }
        wish.set_some("preset", self.preset.clone());
        wish.set_some("timeout", self.timeout);
        wish.set_some("email", self.email.then_some(true));
        wish.set_some("callback", self.callback.clone());
        if !self.extra.is_empty() {
            wish.set("extra", self.extra.clone());
        }
    }

    /// A saved job, and whether it lacks what a start needs.
    pub(crate) fn restore(wish: &Value<'_>) -> Result<(Self, bool), Error> {
        #[cfg(feature = "v2")]
        if wish.get("tasks") != &Value::Null {
            return Ok((Self::read_tasks(wish)?, true));
        }
        let to_storage =
            wish.get("output").text().is_some_and(|kind| !["dropbox", "googledrive"].contains(&kind));
        let withheld = wish.get("withheld").flag();
        let input = if withheld { Input::Raw { content: String::new() } } else { Input::read(wish)? };
        let mut plain = wish.owned();
        if to_storage {
            // Only that there is a destination has to be known.
            plain.remove("output");
            plain.set("output", "dropbox");
        }
        let job = Self::read(&plain, input, None)?;
        check_format("from", &job.from)?;
        check_format("to", &job.to)?;
        Ok((job, withheld || to_storage || wish.get("incomplete").flag()))
    }
}

/// The options of the converter without those that open a file, and whether that is all of them.
fn without_passwords(options: &Value<'static>) -> (Value<'static>, bool) {
    let mut plain = Value::object();
    for (name, value) in options.members().iter().filter(|(name, _)| !name.ends_with("password")) {
        plain.set(name.clone(), value.clone());
    }
    let is_whole = plain.members().len() == options.members().len();
    (plain, is_whole)
}
