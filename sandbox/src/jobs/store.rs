//! The seam behind which jobs and webhooks are kept: in memory today (`memory`), and in a database where one takes its place.
//! Whoever keeps them elsewhere hears of every change by [`Jobs::changes`](super::Jobs::changes).

use std::sync::Arc;
use std::time::SystemTime;

use super::Job;

/// There are as many jobs as there may be, and none makes room.
#[derive(Debug)]
pub(crate) struct Full;

/// Where the state of the service is.
pub(crate) trait Store: Send + Sync {
    /// Keeps a job. Where there are too many, one makes room of which nothing is left to fetch, and is given.
    fn insert(&self, job: &Arc<Job>) -> Result<Option<Arc<Job>>, Full>;

    /// The tasks of a job can be found from now on.
    fn begun(&self, job: &Job);

    fn job(&self, id: &str) -> Option<Arc<Job>>;

    /// The job that has the task of this ID.
    fn job_of(&self, task: &str) -> Option<Arc<Job>>;

    /// The jobs of a key, oldest first.
    fn of_key(&self, key: &str) -> Vec<Arc<Job>>;

    fn all(&self) -> Vec<Arc<Job>>;

    fn remove(&self, id: &str) -> Option<Arc<Job>>;

    /// Keeps a webhook, and gives it its number.
    fn add_hook(&self, hook: Hook) -> Hook;

    fn hooks(&self, key: &str) -> Vec<Hook>;

    /// Whether there was one.
    fn remove_hook(&self, key: &str, id: u64) -> bool;

    /// Notes how a delivery went.
    fn note_hook(&self, id: u64, disabled: bool, failing: bool);
}

/// A webhook of an account.
#[derive(Clone)]
pub(crate) struct Hook {
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
