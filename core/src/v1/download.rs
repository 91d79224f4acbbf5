//! `GET` of `output.url`, or of `output.url/file.ext` for one of many.

use super::{Call, failure, parse, with_parameter, with_segment};
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
        if self.offset > 0 {
            request = request.header("range", ["bytes=", &self.offset.to_string(), "-"].concat());
        }
        Ok(request)
    }

    fn reply(&self, api: &Api, response: &Response) -> Result<(), Error> {
        if (200..300).contains(&response.status) {
            return Ok(());
        }
        Err(failure(response, parse(api, response).as_ref()))
    }

    fn is_repeatable(&self) -> bool {
        true
    }
}
