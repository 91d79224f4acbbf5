//! The seam behind which the state of the service is: in memory today (`memory`), and in a database where one takes its place.

use std::sync::Arc;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::JobRecord;

/// Where the state of the service is. Everything that is known of a job or of a webhook is in the records here: they are made
/// here, changed here, and read here whenever somebody asks, so that what keeps them may be in another place, and others may
/// read it too. See [`Sandbox::bind_with`](crate::Sandbox::bind_with).
///
/// What it cannot keep stays with the program that does the work: who waits for a change, what stops a task that runs, how far
/// an engine is, and whose turn it is.
///
/// Its functions are called while a request waits, so they have to be quick.
pub trait Store: Send + Sync {
    /// Keeps a new job.
    fn insert(&self, job: JobRecord);

    /// Changes a job, if it is kept, by what the function makes of its record, which is called once. Nothing is to be done where
    /// it says false: it has left the record as it was. Whether there was a change.
    fn change(&self, id: &str, change: &mut dyn FnMut(&mut JobRecord) -> bool) -> bool;

    /// Forgets a job. What was kept of it.
    fn remove(&self, id: &str) -> Option<Arc<JobRecord>>;

    /// The job of this ID.
    fn job(&self, id: &str) -> Option<Arc<JobRecord>>;

    /// The job that has the task of this ID.
    fn job_of(&self, task: &str) -> Option<Arc<JobRecord>>;

    /// The jobs of a key, or of all, oldest first.
    fn jobs(&self, key: Option<&str>) -> Vec<Arc<JobRecord>>;

    /// How many jobs there are of a key, or of all.
    fn count(&self, key: Option<&str>) -> usize {
        self.jobs(key).len()
    }

    /// Keeps a webhook, and gives it its number.
    fn add_hook(&self, hook: Hook) -> Hook;

    /// The webhooks of a key, oldest first.
    fn hooks(&self, key: &str) -> Vec<Hook>;

    /// Forgets a webhook of a key. Whether there was one.
    fn remove_hook(&self, key: &str, id: u64) -> bool;

    /// Notes how a delivery went: whether the receiver wants no more, and whether it failed.
    fn note_hook(&self, id: u64, disabled: bool, failing: bool);

    /// The secret that upload forms and links are signed with: this one, unless there is one already.
    fn secret(&self, new: Vec<u8>) -> Vec<u8>;
}

/// A webhook of an account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Hook {
    pub(crate) id: u64,
    pub(crate) key: String,
    /// As it was given.
    pub(crate) url: String,
    pub(crate) events: Vec<String>,
    pub(crate) secret: String,
    pub(crate) created: SystemTime,
    /// Its receiver wants no more.
    pub(crate) disabled: bool,
    /// Its last delivery failed.
    pub(crate) failing: bool,
}

impl Hook {
    /// Its number.
    pub const fn id(&self) -> u64 {
        self.id
    }

    /// The same webhook under its number.
    #[must_use]
    pub fn with_id(self, id: u64) -> Self {
        Self { id, ..self }
    }

    /// The API key whose jobs it is about.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Notes how a delivery went. Once its receiver wants no more, that stays so.
    pub const fn note(&mut self, disabled: bool, failing: bool) {
        self.disabled |= disabled;
        self.failing = failing;
    }
}
