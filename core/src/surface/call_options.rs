//! What single calls can be told beside what they are about. The job of those that make one has its own table.

use super::CallOption;
use super::Versions::{self, Both, V1, V2};

/// What it does, what holds without it, and when somebody sets it.
type Facts = (&'static str, &'static str, &'static str);

const fn option(
    call: &'static str,
    name: &'static str,
    (does, default, when): Facts,
    versions: Versions,
) -> CallOption {
    CallOption { call, name, does, default, when, versions }
}

const WAIT: Facts =
    ("whether the answer comes at the end, instead of at once", "no", "nothing is done before the end");
const FROM: Facts = ("only from this format", "any", "the format of a file is known");
const TO: Facts = ("only to this format", "any", "it is known what is to come out");
const ENGINE: Facts = ("only by this engine", "any", "its options are looked for");
const ENGINE_VERSION: Facts =
    ("only by this version of the engine", "any", "results have to stay as they are");
const INCLUDE: Facts = ("what else is told of each", "nothing", "the entry lacks what is wanted");
const ALTERNATIVES: Facts =
    ("also what an engine that is not the default one does", "no", "the default one does not do it well");
const STATUS: Facts = ("only those of this status", "any", "only what has failed, say, is wanted");
const OPERATION: Facts = ("only this operation", "any", "one operation is looked for");
const PAGE: Facts = ("the page to begin with, from 1", "1", "earlier pages are known");
const PER_PAGE: Facts =
    ("how many entries a request gets", "as many as the service says", "few are wanted, or very many");

/// Every option of every single call.
pub const CALL_OPTIONS: &[CallOption] = &[
    option(
        "launch",
        "answered",
        (
            "when the answer comes: `ended`, `output`, with version 1 `inline`",
            "at once",
            "it is short, and its end is waited for all the same",
        ),
        Both,
    ),
    option("start", "wait", WAIT, V1),
    option("status", "wait", WAIT, Both),
    option(
        "download",
        "name",
        ("what the output is called", "`output`", "its name is shown, or is that of a file in a folder"),
        Both,
    ),
    option(
        "download",
        "file",
        ("which one of several outputs, by its name", "all of them, as one file", "one is wanted"),
        V1,
    ),
    option(
        "download",
        "inline",
        (
            "whether it is asked for as what is shown instead of saved",
            "no",
            "the answer goes on to a browser that shows it",
        ),
        V1,
    ),
    option("formats", "from", FROM, Both),
    option("formats", "to", TO, Both),
    option("formats", "engine", ENGINE, V2),
    option("formats", "engine_version", ENGINE_VERSION, V2),
    option("formats", "include", INCLUDE, V2),
    option("formats", "alternatives", ALTERNATIVES, V2),
    option("operations", "operation", OPERATION, V2),
    option("operations", "from", FROM, V2),
    option("operations", "to", TO, V2),
    option("operations", "engine", ENGINE, V2),
    option("operations", "engine_version", ENGINE_VERSION, V2),
    option("operations", "include", INCLUDE, V2),
    option("operations", "alternatives", ALTERNATIVES, V2),
    option("processes", "status", STATUS, V2),
    option("processes", "tag", ("only those with this tag", "any", "jobs were tagged"), V2),
    option("processes", "page", PAGE, V2),
    option("processes", "per_page", PER_PAGE, V2),
    option("tasks", "job", ("only those of this job, by its ID", "any", "one job is looked at"), V2),
    option("tasks", "status", STATUS, V2),
    option("tasks", "operation", ("only those of this operation", "any", "one operation is looked for"), V2),
    option("tasks", "include", INCLUDE, V2),
    option("tasks", "page", PAGE, V2),
    option("tasks", "per_page", PER_PAGE, V2),
    option("task", "wait", WAIT, V2),
    option("task", "include", INCLUDE, V2),
    option(
        "webhooks",
        "url",
        ("only those that call this URL", "any", "it is asked whether one is there already"),
        V2,
    ),
    option("webhooks", "page", PAGE, V2),
    option("webhooks", "per_page", PER_PAGE, V2),
    option(
        "create_webhook",
        "events",
        ("when it is called", "needed", "it says which ends are to be told"),
        V2,
    ),
];
