//! The steps of a conversion, and what is done when one of them fails: the words of the tables that every wire has.

/// Where a conversion is. Each step is one call. No wire has all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Create the remote conversion.
    Create,
    /// Look for it, because the answer to its creation was lost and creating it twice costs twice.
    Find,
    /// Start it, where creating it does not.
    Start,
    /// Upload an input.
    Upload,
    /// Ask how far it is, because the answer to a start or an upload was lost.
    Check,
    /// Follow it until it has ended.
    Follow,
    /// Download an output.
    Download,
    /// Stop what still runs of it.
    Cancel,
    /// Delete it.
    Delete,
}

impl Step {
    /// The names, as the documentation and saved states write them.
    pub(crate) const ALL: &[(&'static str, Self)] = &[
        ("create", Self::Create),
        ("find", Self::Find),
        ("start", Self::Start),
        ("upload", Self::Upload),
        ("check", Self::Check),
        ("follow", Self::Follow),
        ("download", Self::Download),
        ("cancel", Self::Cancel),
        ("delete", Self::Delete),
    ];
}

/// What is done when a step fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Wait, then send the same again.
    Repeat,
    /// Wait, then look whether the creation took place.
    #[cfg_attr(not(feature = "v2"), allow(dead_code))]
    Find,
    /// Wait, then ask what the request did.
    Ask,
    /// Ask at once: perhaps it was refused because it had been done before, by a request that something on the way
    /// repeated. Of an output that broke off, ask for its present URL. If not, the conversion fails.
    Confirm,
    /// The conversion fails.
    Fail,
    /// Nothing hangs on it: go on as if it had worked.
    GiveUp,
}
