//! What contradicts itself is refused before any request is made.

use super::format::check_format;
use super::input::is_full_url;
#[cfg(feature = "v2")]
use super::mode::{Format, MODES, Mode};
use super::{Input, Job};
#[cfg(feature = "v2")]
use crate::choice::name_of;
use crate::error::Error;
use crate::json::Value;
use crate::names::extension;
use crate::text::has;

/// What `extra` must not say once more.
const PARAMETERS: &[&str] = &[
    "input",
    "file",
    "files",
    "filename",
    "tag",
    "inputformat",
    "outputformat",
    "converteroptions",
    "preset",
    "mode",
    "timeout",
    "email",
    "output",
    "callback",
    "wait",
    "download",
    "save",
    "apikey",
];

impl Job {
    /// Whether the job can be asked for at all.
    ///
    /// # Errors
    /// `bad_request` for what contradicts itself, before any request is made.
    pub fn check(&self) -> Result<(), Error> {
        let refuse = |message: &str| Err(Error::bad_request(message));
        #[cfg(feature = "v2")]
        if let Some(tasks) = &self.tasks {
            return tasks.check(self);
        }
        self.input.check()?;
        if let Some(output) = &self.output {
            output.check()?;
        }
        check_format("from", &self.from)?;
        check_format("to", &self.to)?;
        let (fewest, most) = self.mode.inputs();
        if self.input.count() < fewest {
            return refuse("this mode needs two input files or more");
        }
        if self.input.count() > most {
            return refuse(
                "several input files are for the modes combine and archive; convert each on its own",
            );
        }
        #[cfg(feature = "v2")]
        self.check_operation()?;
        let content = matches!(self.input, Input::Raw { .. } | Input::Base64 { .. });
        match self.filename.as_deref() {
            None if content => return refuse("content needs a name: give it as `filename`"),
            Some(name) if has(name, b"/\\") => {
                return refuse("`filename` has to be a name without folders");
            }
            Some(name) if extension(name).is_none() => {
                return refuse("`filename` needs an extension, such as .png");
            }
            _ => {}
        }
        if self.timeout == Some(0) {
            return refuse("`timeout` has to be a number of seconds from 1 up");
        }
        if self.callback.as_deref().is_some_and(|url| !is_full_url(url)) {
            return refuse("the callback has to be a full URL, with https://");
        }
        if !matches!(self.tag, Value::Null | Value::String(_) | Value::Object(_) | Value::Integer(_)) {
            return refuse("`tag` has to be a text or an object");
        }
        if let Some((name, _)) = self.extra.members().iter().find(|(n, _)| PARAMETERS.contains(&n.as_ref())) {
            return Err(Error::bad_request(
                ["`extra` must not have `", name, "`, which has an option of its own"].concat(),
            ));
        }
        Ok(())
    }

    /// Refuses what no operation of version 2 does.
    #[cfg(feature = "v2")]
    fn check_operation(&self) -> Result<(), Error> {
        let named = name_of(self.mode, MODES);
        match self.mode.format() {
            Format::Kept if self.to != self.from && self.mode != Mode::Command => {
                let message = ["`", named, "` keeps the format of the input: leave `to` out"];
                return Err(Error::bad_request(message.concat()));
            }
            Format::Pdf if self.to != "pdf" => {
                return Err(Error::bad_request(["`", named, "` makes a PDF: leave `to` out"].concat()));
            }
            _ => {}
        }
        if self.mode == Mode::CaptureWebsite && !matches!(self.input, Input::Download { .. }) {
            return Err(Error::bad_request("the input of `capture-website` is the URL of a page"));
        }
        if self.output_filename.as_deref().is_some_and(|name| has(name, b"/\\")) {
            return Err(Error::bad_request("`output_filename` has to be a name without folders"));
        }
        Ok(())
    }
}
