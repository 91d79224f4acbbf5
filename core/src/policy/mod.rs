//! How much patience a conversion has, and what it does with its output.

mod value;

use std::time::Duration;

use crate::time::millis;

/// How much patience a conversion has, and what it does with its output.
///
/// ```
/// use std::time::Duration;
/// use cloudconvert_core::{Policy, Watch};
///
/// let policy = Policy::default().deadline(Duration::from_mins(10)).retries(3).watch(Watch::Result);
/// ```
///
/// A time counts in whole milliseconds; a part of one counts as a whole one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub(crate) retries: u32,
    pub(crate) throttles: u32,
    // Times are milliseconds.
    pub(crate) deadline: u64,
    pub(crate) reach: u64,
    pub(crate) request_timeout: u64,
    pub(crate) idle_timeout: u64,
    pub(crate) long_poll: u64,
    pub(crate) backoff_base: u64,
    pub(crate) backoff_cap: u64,
    pub(crate) watch: Watch,
    pub(crate) upload: UploadMethod,
    pub(crate) download: DownloadMode,
    pub(crate) pieces: bool,
    pub(crate) delete: bool,
}

/// How a running conversion is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Watch {
    /// By polls that adapt to the progress, for people who look at the percent.
    Progress,
    /// By long polls (`?wait`): fewest requests, promptest end, no percent on the way.
    Result,
    /// By the callback that the job asks for, which is its webhook with version 2
    /// ([`Event::Callback`](crate::Event::Callback)). The status is asked for when it comes, whatever it says. In case it never
    /// comes, the status is asked for after 30 s, ever more seldom, and a second before the deadline.
    Callback,
}

/// How the input is uploaded ("File uploads").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UploadMethod {
    /// `multipart/form-data` to `upload.url`, as browsers send forms.
    Multipart,
    /// PUT to `upload.url/filename`.
    Put,
}

/// What is downloaded of a finished conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DownloadMode {
    /// `output.url`: the file, or a ZIP where there are several.
    Whole,
    /// Every file of `output.files` on its own.
    Each,
    /// Nothing: the output stays on the service, or went to a storage.
    None,
}

impl Watch {
    /// How a conversion is watched if the user said only whether a person looks at its progress. The percent costs polls, so
    /// it is asked for only where it is seen.
    pub const fn for_observed(observed: bool) -> Self {
        if observed { Self::Progress } else { Self::Result }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            retries: 20,
            throttles: 200,
            deadline: 6 * 3_600_000,
            reach: 20_000,
            request_timeout: 30_000,
            idle_timeout: 60_000,
            long_poll: 55_000,
            backoff_base: 500,
            backoff_cap: 30_000,
            watch: Watch::Progress,
            upload: UploadMethod::Multipart,
            download: DownloadMode::Whole,
            pieces: false,
            delete: true,
        }
    }
}

impl Policy {
    /// Whether each output is downloaded on its own, so that there may be several.
    #[cfg(feature = "calls")]
    pub(crate) fn downloads_each(&self) -> bool {
        self.download == DownloadMode::Each
    }

    /// The patience for a single call that a person waits for: a few repeats within two minutes.
    #[must_use]
    pub fn brief() -> Self {
        Self { retries: 5, throttles: 10, deadline: 120_000, ..Self::default() }
    }
}

/// Declares how each part of a policy is set.
macro_rules! set {
    ($($(#[$about:meta])* $name:ident($given:ident: $type:ty) = $kept:expr;)*) => {
        impl Policy {
            $(
                $(#[$about])*
                #[must_use]
                pub fn $name(mut self, $given: $type) -> Self {
                    self.$name = $kept;
                    self
                }
            )*
        }
    };
}

set! {
    /// How many requests may be repeated after failures, in the whole conversion: 20 unless it is set. A download that comes on
    /// begins them anew.
    retries(number: u32) = number;
    /// How often the conversion may be told to slow down (429, 503) and come back: 200 times unless it is set.
    throttles(number: u32) = number;
    /// How long the whole conversion may take: 6 hours unless it is set. Stopping and deleting it then may take ten seconds
    /// more.
    deadline(time: Duration) = millis(time);
    /// For how long a service that has never answered is tried: 20 s unless it is set.
    reach(time: Duration) = millis(time);
    /// How long a request may stay without an answer: 30 s unless it is set. That of an upload or a download is
    /// [`idle_timeout`](Self::idle_timeout).
    request_timeout(time: Duration) = millis(time).max(SHORTEST);
    /// How long an upload or a download may stand still: a minute unless it is set.
    idle_timeout(time: Duration) = millis(time).max(SHORTEST);
    /// How long one long poll may stay open: 55 s unless it is set.
    long_poll(time: Duration) = millis(time).max(SHORTEST);
    /// The first upper bound of a backoff: half a second unless it is set. It doubles with each failure in a row.
    backoff_base(time: Duration) = millis(time).max(SHORTEST);
    /// The last upper bound of a backoff: 30 s unless it is set.
    backoff_cap(time: Duration) = millis(time).max(SHORTEST);
    /// How the conversion is watched: for its progress unless it is set.
    watch(how: Watch) = how;
    /// How the input is uploaded: as a form unless it is set.
    upload(how: UploadMethod) = how;
    /// What is downloaded: the whole output unless it is set.
    download(what: DownloadMode) = what;
    /// Whether large outputs are downloaded piece by piece: for hosts that take a whole answer several times faster than its
    /// parts as they come, such as browsers. Not unless it is set.
    pieces(pieces: bool) = pieces;
    /// Whether the process and its files are deleted in the end: yes unless it is set.
    delete(deletes: bool) = deletes;
}

/// The shortest time, in milliseconds, that a host can wait for something.
const SHORTEST: u64 = 1;
