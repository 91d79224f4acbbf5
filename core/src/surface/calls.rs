//! Everything that a client can be asked to do.

use super::DescribedCall;
use super::Versions::{self, Both, V1, V2};

const fn call(name: &'static str, does: &'static str, needs_key: bool, versions: Versions) -> DescribedCall {
    DescribedCall { name, does, needs_key, versions }
}

/// Every call: conversions first, then what they are made of.
pub const CALLS: &[DescribedCall] = &[
    call("convert", "converts a file: uploads, follows, downloads, verifies, deletes", true, Both),
    call("convert_many", "converts many files behind one limit and one pace", true, Both),
    call("resume", "goes on with a conversion that was saved", true, Both),
    call("called_back", "tells that the service called back, so that the end is asked for", false, Both),
    call("prepare", "makes a conversion that waits for the upload of a page", true, Both),
    call("upload", "uploads a file to a prepared conversion", false, Both),
    call("follow", "waits for the end of a conversion and downloads its output", false, Both),
    call("delete", "cancels a conversion and deletes its files", false, Both),
    call("create", "makes a process that has not begun", true, V1),
    call("start", "begins a process", false, V1),
    call("launch", "creates and begins in one call what needs no upload, and follows nothing", true, Both),
    call("status", "asks how far a conversion is", false, Both),
    call("download", "downloads one output", false, Both),
    call("processes", "lists the conversions of the key", true, Both),
    call("operations", "lists the operations of the service, with their options and engines", false, V2),
    call("me", "tells whose key it is, and how many credits there are", true, V2),
    call("tasks", "lists tasks of the key", true, V2),
    call("task", "tells how far a task is", true, V2),
    call("retry_task", "makes a new task of one that has ended", true, V2),
    call("cancel_task", "stops a task", true, V2),
    call("delete_task", "deletes a task and its files", true, V2),
    call("webhooks", "lists the webhooks of the account", true, V2),
    call("create_webhook", "makes a webhook of the account", true, V2),
    call("delete_webhook", "deletes a webhook of the account", true, V2),
    call("formats", "lists the pairs of formats that the service converts", false, Both),
    call(
        "run",
        "runs a job of your own: tasks as the API writes them, and the files that they take",
        true,
        V2,
    ),
];
