//! The seam between the machine and the versions of the API.
//!
//! A wire turns a step into a request, and an answer into a [`Report`]. The machine knows steps and
//! reports, and never a version. What a wire has to say stands in `speaks!` below: each version has a module `speaks` with
//! these functions. Features choose which wires a build has.

pub(crate) mod answers;
pub(crate) mod call;
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
use crate::policy::{DownloadMode, UploadMethod};
use crate::version::Wire;
use report::{Artifact, Found, Part, Remote, Report, Told, UploadTarget};
use step::{Remedy, Step};

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
