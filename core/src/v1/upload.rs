//! `POST` or `PUT` to `upload.url`: "File uploads".

use super::{Call, json, with_segment};
use crate::api::Api;
use crate::error::Error;
use crate::http::{Body, Method, Request, Response};
use crate::multipart;
use crate::retry::{Random, UploadMethod};

/// Uploads the input.
#[derive(Clone, Copy, Debug)]
pub struct Upload<'a> {
    /// `upload.url`, absolute.
    pub url: &'a str,
    /// The file's name, with the extension.
    pub name: &'a str,
    /// Its size in bytes, where known.
    pub size: Option<u64>,
    /// How it is sent.
    pub method: UploadMethod,
    /// What the boundary of the multipart body is drawn from.
    pub seed: u64,
}

impl Call for Upload<'_> {
    type Reply = ();

    fn request(&self, _: &Api) -> Result<Request, Error> {
        match self.method {
            UploadMethod::Multipart => {
                let (content_type, body) = multipart::frame(self.name, self.size, &mut Random(self.seed));
                let request = Request::new(Method::Post, self.url.to_owned());
                Ok(Request { body, ..request.header("content-type", content_type) })
            }
            UploadMethod::Put => {
                let body = Body::File { input: 0, head: Vec::new(), tail: Vec::new(), len: self.size };
                let request = Request::new(Method::Put, with_segment(self.url, self.name));
                Ok(Request { body, ..request.header("content-type", "application/octet-stream".to_owned()) })
            }
        }
    }

    /// A 2xx is a success whatever its body says: the file is there, and the status tells the rest.
    fn reply(&self, api: &Api, response: &Response) -> Result<(), Error> {
        match response.status {
            200..=299 => Ok(()),
            _ => json(api, response).map(|_| ()),
        }
    }
}
