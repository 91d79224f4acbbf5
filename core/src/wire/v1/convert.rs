//! `POST /convert`: creates and starts in one call, then redirects with 303.

use super::parameters::{Answer, parameters};
use super::{Call, json_body, refusal};
use crate::api::Api;
use crate::error::Error;
use crate::http::{Method, Request, Response};
use crate::job::Job;

/// Creates and starts a process.
///
/// ```
/// use cloudconvert_core::Call;
/// use cloudconvert_core::v1::{Answer, Convert};
/// use cloudconvert_core::{Api, Input, Job, Response};
///
/// let api = Api::new("https://api.example.com/v1", Some("KEY"))?;
/// let job = Job::new(Input::Download { urls: vec!["https://example.org/film.flv".into()] }, "flv", "mp4");
/// let call = Convert { job: &job, save: true, answer: Answer::Started };
/// assert_eq!(call.request(&api)?.url, "https://api.example.com/v1/convert");
///
/// let location = ("Location".to_owned(), "//srv01.example.com/process/v4cw72hf3".to_owned());
/// let response = Response { status: 303, headers: vec![location], ..Response::default() };
/// assert_eq!(call.reply(&api, &response)?, "https://srv01.example.com/process/v4cw72hf3");
/// # Ok::<(), cloudconvert_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Convert<'a> {
    /// What is to be converted.
    pub job: &'a Job,
    /// Whether the service keeps the output after its first download.
    pub save: bool,
    /// When the call is answered; with [`Answer::Output`] it leads to the output instead of the process.
    pub answer: Answer,
}

impl Call for Convert<'_> {
    /// The process URL, or the URL of the output: absolute and trusted.
    type Reply = String;

    fn request(&self, api: &Api) -> Result<Request, Error> {
        #[cfg(feature = "v2")]
        super::lacks::check(self.job)?;
        let mut body = parameters(self.job, self.save, self.answer);
        body.set("inputformat", self.job.from.clone());
        Ok(json_body(api, api.keyed(Method::Post, &["/convert"])?, &body))
    }

    fn reply(&self, api: &Api, response: &Response) -> Result<String, Error> {
        match (response.status, response.header("location")) {
            (301..=303 | 307 | 308, Some(location)) => api.resolve(location),
            (200..=399, _) => {
                Err(Error::invalid("the service did not say where the conversion is: check the base URL"))
            }
            _ => Err(refusal(api, response)),
        }
    }

    fn is_repeatable(&self) -> bool {
        false
    }

    fn waits(&self) -> bool {
        self.answer != Answer::Started
    }
}
