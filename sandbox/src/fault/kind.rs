//! Kinds of requests.

use serde::{Deserialize, Serialize};

/// What kind of request it is: of version 1, or of version 2. Every call has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// `/process`; `POST /v2/jobs`, and of a task alone
    Create,
    /// `POST` to a process URL
    Start,
    /// `/convert`
    Convert,
    /// `/upload/…`; a form to `/v2/upload/…`
    Upload,
    /// `GET` of a process URL; of a job or a task
    #[serde(alias = "show")]
    Status,
    /// the same with `?wait`; at the address that waits
    Wait,
    /// `/download/…`; `/v2/storage/…`
    Download,
    /// `DELETE` of a process URL; of a job or a task
    Delete,
    /// `/processes`; the jobs or tasks of a key
    List,
    /// `/conversiontypes`; `/v2/operations` and `/v2/convert/formats`
    Types,
    /// `POST /v2/tasks/…/cancel`
    Cancel,
    /// `POST /v2/tasks/…/retry`
    Retry,
    /// `/v2/users/me` and the webhooks of the account
    Account,
    /// a signed URL that runs its job
    Signed,
    /// `/socket.io/`
    Events,
    /// a webhook on its way out, which is no request to the service: it is held back, is not delivered (`cut` before, or a
    /// `status`), or is delivered and counts as not delivered (`cut` after, or `done`)
    Webhook,
    /// the conversion itself, which is no request: it is held in step `wait`, or fails with the given status
    Run,
}
