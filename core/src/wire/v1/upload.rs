//! `POST` or `PUT` to `upload.url`: "File uploads".

use super::{Call, json, with_segment};
use crate::api::Api;
use crate::backoff::Random;
use crate::error::Error;
use crate::http::{Body, Fields, Method, Piece, Request, Response};
use crate::job::InputFile;
use crate::multipart;
use crate::policy::UploadMethod;

/// Uploads the input.
#[derive(Clone, Copy, Debug)]
pub struct Upload<'a> {
    /// `upload.url`, absolute.
    pub url: &'a str,
    /// What is uploaded, in one request: a PUT takes one file, a form takes several.
    pub files: &'a [InputFile],
    /// How it is sent.
    pub method: UploadMethod,
    /// What the boundary of the multipart body is drawn from.
    pub seed: u64,
}

impl Call for Upload<'_> {
    type Reply = ();

    fn request(&self, _: &Api) -> Result<Request, Error> {
        Ok(self.build())
    }

    /// A success says which file was saved: a page of something on the way is none.
    fn reply(&self, api: &Api, response: &Response) -> Result<(), Error> {
        Self::taken(api, response)
    }

    fn is_repeatable(&self) -> bool {
        false
    }
}

impl Upload<'_> {
    pub(super) fn build(&self) -> Request {
        if let (UploadMethod::Put, [file]) = (self.method, self.files) {
            let body = Body::Stream { pieces: vec![Piece::File(0)], len: file.size, form: None };
            let request = Request::new(Method::Put, with_segment(self.url, &file.name));
            return Request { body, ..request.header("content-type", "application/octet-stream".to_owned()) };
        }
        let request = Request::new(Method::Post, self.url.to_owned());
        let all = 0..self.files.len();
        multipart::form(request, &Fields::default(), self.files, all, &mut Random(self.seed))
    }

    pub(super) fn taken(api: &Api, response: &Response) -> Result<(), Error> {
        let answer = json(api, response)?;
        let saved = ["file", "size", "message"].iter().any(|name| !answer.get(name).is_empty());
        if saved && answer.get("error").is_empty() {
            return Ok(());
        }
        Err(Error::invalid(
            "the service did not say that it has saved the upload: check that no proxy answers instead",
        ))
    }
}
