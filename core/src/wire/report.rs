//! What any version of the API says, in the machine's words: a wire translates every answer to a [`Report`].

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use crate::error::{Code, Error};
use crate::http::Fields;
use crate::json::Value;

/// Where the remote conversion is, as far as that is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Remote {
    /// Its ID.
    pub(crate) id: Option<String>,
    /// Its URL, absolute and trusted.
    pub(crate) url: Option<String>,
    /// What tells its creation from all others, where the wire needs that.
    pub(crate) mark: Option<String>,
}

/// What an answer tells: about which remote conversion, as far as it names that, and how far it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Told {
    pub(crate) remote: Remote,
    pub(crate) report: Report,
}

/// How far the remote conversion is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Report {
    /// How far it is.
    pub(crate) state: State,
    /// From 0 to 100, of the whole.
    pub(crate) percent: Option<f64>,
    /// The service's word for where it is: `input`, `convert`, `finished`, …
    pub(crate) label: Option<Cow<'static, str>>,
    /// What the service says, for people.
    pub(crate) message: String,
    /// The facts about a file, where they were asked for.
    pub(crate) info: Option<Box<Value<'static>>>,
    /// What has to be stopped before the deletion: the IDs of its parts that run.
    pub(crate) live: Vec<String>,
}

impl Report {
    /// What came out, once it has finished.
    pub(crate) fn outcome(&self) -> Option<&Outcome> {
        match &self.state {
            State::Finished(outcome) => Some(outcome),
            _ => None,
        }
    }

    /// Whether it has finished with nothing to download, because it is facts or was stored.
    pub(crate) fn has_nothing_to_load(&self) -> bool {
        let Some(outcome) = self.outcome() else { return false };
        let loadable = outcome.artifacts().iter().any(|artifact| artifact.url.is_some());
        !loadable && (outcome.elsewhere || self.info.is_some() || !outcome.stored.is_empty())
    }
}

/// Facts about a file, where there are any.
pub(crate) fn facts(value: &Value<'_>) -> Option<Box<Value<'static>>> {
    (!value.is_empty()).then(|| Box::new(value.owned()))
}

/// How far a remote conversion is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum State {
    /// It is there, and shows no sign of having been started.
    #[cfg_attr(not(feature = "v1"), allow(dead_code))]
    Created,
    /// It waits for these uploads; for those that were named before, where none are named.
    Wants(Vec<UploadTarget>),
    /// It has all it needs and runs.
    #[default]
    Running,
    /// It is over, and this came out.
    Finished(Box<Outcome>),
    /// It is over, and nothing came out.
    Failed(Failure),
}

/// Where the host uploads one or several files.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct UploadTarget {
    /// What tells this target from the others.
    pub(crate) key: String,
    /// An absolute, trusted URL.
    pub(crate) url: String,
    /// Form fields to send before the file, in this order.
    pub(crate) fields: Fields,
    /// Which of the wish's files go there.
    pub(crate) files: Range<usize>,
}

/// The fields hold a signature, so they are not shown.
impl fmt::Debug for UploadTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadTarget")
            .field("key", &self.key)
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}

/// What came out.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Outcome {
    /// The output as a whole.
    pub(crate) whole: Artifact,
    /// Each file on its own, where several are downloaded.
    pub(crate) each: Vec<Artifact>,
    /// The names of the files that went to a storage.
    pub(crate) stored: Vec<String>,
    /// Whether nothing of it was to be downloaded.
    pub(crate) elsewhere: bool,
}

impl Outcome {
    /// What can be downloaded, as it was asked for: the whole, or each file.
    pub(crate) fn artifacts(&self) -> &[Artifact] {
        if !self.each.is_empty() {
            return &self.each;
        }
        let whole = std::slice::from_ref(&self.whole);
        if self.stored.is_empty() && self.whole != Artifact::default() { whole } else { &[] }
    }
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

/// One file that can be downloaded.
#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) struct Artifact {
    /// Its URL, as the service wrote it.
    pub(crate) url: Option<String>,
    /// Which of several files behind that URL.
    pub(crate) file: Option<String>,
    /// The proposed name.
    pub(crate) name: Option<String>,
    /// Its size in bytes, where it is announced.
    pub(crate) size: Option<u64>,
}

/// The URL may be signed, so it is not shown.
impl fmt::Debug for Artifact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Artifact").field("name", &self.name).field("size", &self.size).finish_non_exhaustive()
    }
}

/// Why nothing came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// What kind of failure it is.
    pub(crate) code: Code,
    /// The status that it has on the wire, where it has one.
    pub(crate) status: Option<u16>,
    /// What the service says.
    pub(crate) message: String,
    /// Whether another one may find the capacity that this one did not.
    pub(crate) try_anew: bool,
}

impl Failure {
    pub(crate) fn to_error(&self) -> Error {
        let service_message = Some(self.message.as_str().into());
        let mut error = Error::new(self.code, self.message.clone()).said(service_message);
        error.status = self.status;
        error
    }
}

/// What a search for a creation found.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(not(feature = "v2"), allow(dead_code))]
pub(crate) enum Found {
    /// It took place.
    Here(Box<Told>),
    /// It took place more than once, because something on the way repeated it: this is one too many.
    Twin(Box<Told>),
    /// It is not on this page, and there is another one.
    Perhaps,
    /// It is not there.
    NotHere,
}
