//! `GET` of `output.url`, or of `output.url/file.ext` for one of many.

use super::{Call, refusal, with_parameter, with_segment};
use crate::api::Api;
use crate::error::Error;
use crate::http::{Method, Request, Response, Sink};

/// Downloads the output, or the rest of it.
#[derive(Clone, Copy, Debug)]
pub struct Download<'a> {
    /// `output.url`, absolute.
    pub url: &'a str,
    /// One of `output.files`; none for the whole.
    pub file: Option<&'a str>,
    /// A safe base name for the file.
    pub name: &'a str,
    /// The announced size in bytes.
    pub size: Option<u64>,
    /// How many bytes are there already.
    pub offset: u64,
    /// Which version these bytes are of (`If-Range`), where the service said so.
    pub version: Option<&'a str>,
    /// Whether it is for display instead of saving (`?inline`).
    pub inline: bool,
}

impl Call for Download<'_> {
    type Reply = ();

    fn request(&self, _: &Api) -> Result<Request, Error> {
        let url = self.file.map_or_else(|| self.url.to_owned(), |file| with_segment(self.url, file));
        let url = if self.inline { with_parameter(&url, "inline") } else { url };
        let mut request = Request::new(Method::Get, url);
        request.sink = Sink::File { name: self.name.to_owned(), size: self.size, offset: self.offset };
        Ok(request.resume(self.offset, self.version))
    }

    /// Whether what came is the file, and all of it, [`CallMachine`](crate::CallMachine) says.
    fn reply(&self, api: &Api, response: &Response) -> Result<(), Error> {
        match response.status {
            200..=299 => Ok(()),
            _ => Err(refusal(api, response)),
        }
    }

    fn is_repeatable(&self) -> bool {
        true
    }
}
