//! What single calls can be told beside what they are about. The job of those that make one has its own table.

use super::CallOption;
use super::Versions::{self, Both, V1, V2};

const fn option(
    call: &'static str,
    name: &'static str,
    does: &'static str,
    versions: Versions,
) -> CallOption {
    CallOption { call, name, does, versions }
}

const WAIT: &str = "whether the answer comes at the end, instead of at once";
const FROM: &str = "only from this format";
const TO: &str = "only to this format";
const ENGINE: &str = "only by this engine";
const ENGINE_VERSION: &str = "only by this version of the engine";
const INCLUDE: &str = "what else is told of each";
const ALTERNATIVES: &str = "also what an engine that is not the default one does";
const STATUS: &str = "only those of this status";
const PAGE: &str = "the page to begin with, from 1";
const PER_PAGE: &str = "how many entries a request gets";

/// Every option of every single call.
pub const CALL_OPTIONS: &[CallOption] = &[
    option("launch", "answered", "when the answer comes: `ended`, `output`, with version 1 `inline`", Both),
    option("start", "wait", WAIT, V1),
    option("status", "wait", WAIT, Both),
    option("download", "name", "what the output is called", Both),
    option("download", "file", "which one of several outputs, by its name", V1),
    option("download", "inline", "whether it is asked for as what is shown instead of saved", V1),
    option("formats", "from", FROM, Both),
    option("formats", "to", TO, Both),
    option("formats", "engine", ENGINE, V2),
    option("formats", "engine_version", ENGINE_VERSION, V2),
    option("formats", "include", INCLUDE, V2),
    option("formats", "alternatives", ALTERNATIVES, V2),
    option("operations", "operation", "only this operation", V2),
    option("operations", "from", FROM, V2),
    option("operations", "to", TO, V2),
    option("operations", "engine", ENGINE, V2),
    option("operations", "engine_version", ENGINE_VERSION, V2),
    option("operations", "include", INCLUDE, V2),
    option("operations", "alternatives", ALTERNATIVES, V2),
    option("processes", "status", STATUS, V2),
    option("processes", "tag", "only those with this tag", V2),
    option("processes", "page", PAGE, V2),
    option("processes", "per_page", PER_PAGE, V2),
    option("tasks", "job", "only those of this job, by its ID", V2),
    option("tasks", "status", STATUS, V2),
    option("tasks", "operation", "only those of this operation", V2),
    option("tasks", "include", INCLUDE, V2),
    option("tasks", "page", PAGE, V2),
    option("tasks", "per_page", PER_PAGE, V2),
    option("task", "wait", WAIT, V2),
    option("task", "include", INCLUDE, V2),
    option("webhooks", "url", "only those that call this URL", V2),
    option("webhooks", "page", PAGE, V2),
    option("webhooks", "per_page", PER_PAGE, V2),
    option("create_webhook", "events", "when it is called", V2),
];
