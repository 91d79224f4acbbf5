//! What any version of the API says, in the machine's words: a wire translates every answer to a [`Report`].

use std::fmt;
use std::ops::Range;

use crate::error::{Code, Error};
use crate::json::Value;

/// What an answer tells about the remote conversion.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Report {
    /// Its ID, where the answer names it.
    pub(crate) id: Option<String>,
    /// How far it is.
    pub(crate) state: State,
    /// From 0 to 100, of the whole.
    pub(crate) percent: Option<f64>,
    /// The service's word for where it is: `input`, `convert`, `finished`, …
    pub(crate) label: Option<String>,
    /// What the service says, for people.
    pub(crate) message: String,
    /// The facts about a file that were asked for; `Null` elsewhere.
    pub(crate) info: Value<'static>,
}

/// How far a remote conversion is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum State {
    /// It waits for these uploads.
    Wants(Vec<UploadTarget>),
    /// It has all it needs and runs.
    Running,
    /// It is over, and this came out.
    Finished(Outcome),
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
    pub(crate) fields: Vec<(String, String)>,
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
    /// What can be downloaded.
    pub(crate) artifacts: Vec<Artifact>,
    /// The names of the files that went to a storage.
    pub(crate) stored: Vec<String>,
}

/// One file that can be downloaded.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Artifact {
    /// An absolute, trusted URL.
    pub(crate) url: String,
    /// The proposed name.
    pub(crate) name: String,
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
    /// What the service says.
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn to_error(&self) -> Error {
        Error::new(self.code, self.message.clone())
    }
}
