//! The seam between the machine and the versions of the API.
//!
//! A wire turns a step into a request, and an answer into a [`Report`]. The machine knows steps and
//! reports, and never a version. What a wire has to say stands in `speaks!` below: each version has a module `speaks` with
//! these functions. Features choose which wires a build has.

mod kept;
pub(crate) mod report;
pub(crate) mod step;
#[cfg(feature = "v1")]
pub mod v1;
#[cfg(feature = "v2")]
pub(crate) mod v2;

use std::time::Duration;

use crate::api::Api;
use crate::backoff::Random;
use crate::error::Error;
use crate::fault::Fault;
use crate::http::{Request, Response};
use crate::job::{InputFile, Job};
use crate::json::Value;
use crate::platform::Url;
use crate::policy::{DownloadMode, UploadMethod};
use crate::text::{parts, without_end};
use report::{Artifact, Found, Remote, Report, Told, UploadTarget};
use step::{Remedy, Step};

/// A version of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    #[cfg(feature = "v1")]
    V1,
    #[cfg(feature = "v2")]
    V2,
}

/// What the host is asked to load of an artifact.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part<'a> {
    /// A safe base name for the file.
    pub(crate) name: &'a str,
    /// The announced size in bytes.
    pub(crate) size: Option<u64>,
    /// How many bytes are there already.
    pub(crate) offset: u64,
    /// Which version these bytes are of (`If-Range`), where the service said so.
    pub(crate) version: Option<&'a str>,
}

/// Declares what every wire says. The only place where the version of the API decides what is called.
macro_rules! speaks {
    ($($(#[$about:meta])* fn $name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)?;)*) => {
        impl Wire {
            $(
                $(#[$about])*
                #[allow(clippy::too_many_arguments)]
                pub(crate) fn $name(self, $($argument: $type),*) $(-> $result)? {
                    match self {
                        #[cfg(feature = "v1")]
                        Self::V1 => v1::speaks::$name($($argument),*),
                        #[cfg(feature = "v2")]
                        Self::V2 => v2::speaks::$name($($argument),*),
                    }
                }
            )*
        }
    };
}

speaks! {
    /// Its name in saved states and tickets.
    fn name() -> &'static str;
    /// The origin of its own where it holds questions open until the end, for a service at this base.
    fn waiting_origin(base: &Url) -> Option<String>;
    /// Whether a service at this base certainly refuses requests without a key.
    fn needs_key(base: &Url) -> bool;
    /// Refuses what this version of the API does not have.
    fn check(job: &Job, download: DownloadMode) -> Result<(), Error>;
    /// How many files can be uploaded by PUT.
    fn most_by_put() -> usize;
    /// Gives files the names under which they are uploaded: the `filename` that one is to have, and extensions.
    fn name_files(files: &mut [InputFile], filename: Option<&str>, from: &str) -> ();
    /// What tells one creation from all others, where creating twice costs twice.
    fn mark(random: &mut Random) -> Option<String>;
    /// Whether what may have been created without an answer costs, and is looked for therefore.
    fn searches() -> bool;
    /// Whether what the service could not convert at the moment is created once more.
    fn begins_anew() -> bool;
    /// For how long what was sent may still arrive, or may not be seen yet.
    fn settle() -> Duration;
    /// Whether URLs and forms carry signatures, which are neither kept nor trusted to be valid later.
    fn signs() -> bool;
    /// Whether a deletion stops what runs only part by part.
    fn stops_parts() -> bool;
    /// Whether it can hold a question open until the end.
    fn can_wait(api: &Api) -> bool;
    /// What the remote conversion at this URL is.
    fn remote(api: &Api, url: &str) -> Result<Remote, Error>;

    /// Creates it.
    fn create(api: &Api, job: &Job, remote: &Remote, download: DownloadMode) -> Result<Request, Error>;
    /// Looks for a creation, on this page from 1.
    fn find(api: &Api, job: &Job, page: u32) -> Result<Request, Error>;
    /// Starts it.
    fn start(api: &Api, job: &Job, remote: &Remote, save: bool) -> Result<Request, Error>;
    /// Uploads the files of this target.
    fn upload(target: &UploadTarget, files: &[InputFile], method: UploadMethod, random: &mut Random) -> Request;
    /// Asks how far it is; with `wait`, the answer comes when it has ended.
    fn ask(api: &Api, remote: &Remote, wait: bool) -> Result<Request, Error>;
    /// Downloads an artifact.
    fn download(api: &Api, artifact: &Artifact, part: Part<'_>) -> Result<Request, Error>;
    /// Stops a part of it.
    fn cancel(api: &Api, part: &str) -> Result<Request, Error>;
    /// Deletes it.
    fn delete(api: &Api, remote: &Remote) -> Result<Request, Error>;

    /// What the answer to a creation, a start or a question says. `Check` asks whether it was started, `Upload` whether an
    /// upload arrived, `Follow` how far it is.
    fn report(api: &Api, about: Step, response: &Response, remote: &Remote, download: DownloadMode) -> Result<Told, Error>;
    /// What the answer to a search says.
    fn found(api: &Api, response: &Response, remote: &Remote, download: DownloadMode) -> Result<Found, Error>;
    /// Whether an upload was taken.
    fn uploaded(api: &Api, response: &Response) -> Result<(), Error>;
    /// Whether a part was stopped.
    fn cancelled(api: &Api, response: &Response) -> Result<(), Error>;
    /// Whether it was deleted.
    fn deleted(api: &Api, response: &Response) -> Result<(), Error>;
    /// Why a download was refused.
    fn refusal(api: &Api, response: &Response) -> Error;
    /// Whether an answer refuses as the API does, with its reason.
    fn says_why(api: &Api, response: &Response) -> bool;

    /// Which fault an answer is, if it is one.
    fn fault(api: &Api, step: Step, response: &Response) -> Option<Fault>;
    /// What is done about it.
    fn remedy(step: Step, fault: Fault) -> Remedy;
    /// Whether a redirect in answer to this step is an answer like any other.
    fn ends_by_redirect(step: Step) -> bool;
    /// Whether a URL may be called, or may have answered, in this step; the absolute URL. An empty base is that of the API.
    fn trusted(api: &Api, step: Step, base: &str, reference: &str) -> Result<String, Error>;
    /// Reads the report of a state that an earlier release saved.
    fn restored(saved: &Value<'_>, download: DownloadMode) -> Option<Report>;
}

/// A message of the service, at a length that a person reads.
fn limited(message: &str) -> String {
    let mut text = Vec::with_capacity(message.len().min(LONGEST));
    let (mut length, mut last) = (0, 0);
    for byte in message.bytes() {
        // What continues a character begins with these bits.
        length += usize::from(byte & 0xc0 != 0x80);
        if length > LONGEST {
            break;
        }
        match (last, byte) {
            // Control characters: those of ASCII, and those behind them, of two bytes.
            (_, b'\n') => text.push(byte),
            (_, ..b' ' | 0x7f) => length -= 1,
            (0xc2, 0x80..0xa0) => {
                text.pop();
                length -= 1;
            }
            _ => text.push(byte),
        }
        last = byte;
    }
    String::from_utf8(text).unwrap_or_default()
}

/// Whether an answer is a page, as of a login or a gateway, where the API would have answered in JSON or not at all.
pub(crate) fn is_markup(response: &Response) -> bool {
    response.body.trim_ascii_start().starts_with(b"<")
}

/// Reads the answer to a deletion: done, also where there was nothing any more, unless a page took its place.
fn deletion(response: &Response, refusal: impl FnOnce() -> Error) -> Result<(), Error> {
    match response.status {
        200..=299 | 404 | 410 if !is_markup(response) => Ok(()),
        200..=299 | 404 | 410 => Err(Error::invalid("a page came in answer to the deletion: check proxies")),
        _ => Err(refusal()),
    }
}

/// How many characters of a message are kept.
const LONGEST: usize = 500;

impl Wire {
    /// The wire of a service at this base: a path that ends in `/v2` is version 2; `/v1` or no version is version 1.
    pub(crate) fn of(base: &Url) -> Result<Self, Error> {
        let second = without_end(&base.href, b"/").ends_with("/v2");
        #[cfg(feature = "v2")]
        if second {
            return Ok(Self::V2);
        }
        #[cfg(feature = "v1")]
        if !second {
            return Ok(Self::V1);
        }
        let _ = second;
        Err(Error::bad_request(
            "this build does not have the base URL's version of the API: version 2 ends in /v2",
        ))
    }

    /// The base URL of the service that named this URL: everything before the version's path, if one is there.
    pub(crate) fn base_of(url: &Url) -> &str {
        let (href, origin) = (&url.href, url.origin());
        // By segments: to look for a text costs a page a kilobyte.
        let before =
            parts(url.path(), b'/').take_while(|segment| *segment != "v2").map(|segment| segment.len() + 1);
        let end = origin.len() + before.sum::<usize>() + "v2".len();
        href.get(..end).filter(|_| href.as_bytes().get(end) == Some(&b'/')).unwrap_or(origin)
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, limited};

    #[test]
    fn a_message_is_kept_without_control_characters_and_cut_between_characters() {
        for (said, kept) in [
            ("", ""),
            ("a\tb\r\nc\u{7f}", "ab\nc"),
            ("\u{80}ä\u{9f}\u{a0}€\u{85}😀", "ä\u{a0}€😀"),
            (&"ä".repeat(LONGEST + 1), &"ä".repeat(LONGEST)),
            (&["\u{85}", &"😀".repeat(LONGEST), "x"].concat(), &"😀".repeat(LONGEST)),
        ] {
            assert_eq!(limited(said), kept);
        }
    }
}
