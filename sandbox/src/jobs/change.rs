//! What happens to jobs and tasks, for those who want to know at once.

/// Something happened to a task, or to a whole job.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) job: String,
    /// None for the job itself.
    pub(crate) task: Option<String>,
    pub(crate) event: Event,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Created,
    Updated,
    Finished,
    Failed,
}

impl Event {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Finished => "finished",
            Self::Failed => "failed",
        }
    }
}
