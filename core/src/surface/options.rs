//! Every option of a conversion.

use super::DescribedOption;
use super::Owner::{self, Job, Policy, Shell};
use super::Versions::{self, Both, V1, V2};

const fn option(
    owner: Owner,
    name: &'static str,
    takes: &'static str,
    default: &'static str,
    does: &'static str,
    versions: Versions,
) -> DescribedOption {
    DescribedOption { name, owner, takes, default, does, versions }
}

/// Every option, in the order in which it is documented.
pub const OPTIONS: &[DescribedOption] = &[
    option(Job, "to", "a format", "needed", "the format of the output", Both),
    option(Job, "from", "a format", "the extension of the name", "the format of the input", Both),
    option(
        Job,
        "name",
        "a file name",
        "that of the source",
        "the name of an input that has none of its own",
        Both,
    ),
    option(Job, "filename", "a file name", "`name`", "what the service calls the input", Both),
    option(Job, "mode", "a mode (below)", "convert", "what is done with the input", Both),
    option(Job, "output_filename", "a file name", "the service's", "the name of the output", V2),
    option(Job, "engine", "the name of an engine", "the service's", "what converts", V2),
    option(Job, "engine_version", "a version", "the service's", "which version of the engine", V2),
    option(Job, "options", "an object", "none", "the converter's options; they depend on the formats", Both),
    option(Job, "tag", "a text or an object", "none", "your own mark on the conversion", Both),
    option(Job, "preset", "an ID", "none", "a preset that your account keeps", V1),
    option(Job, "timeout", "seconds", "the service's", "after which time the service gives up", Both),
    option(Job, "email", "yes or no", "no", "whether the service sends a mail at the end", V1),
    option(
        Job,
        "output",
        "a storage",
        "none",
        "where the service stores the output; then nothing is downloaded",
        Both,
    ),
    option(Job, "callback", "a URL", "none", "the URL that the service calls at the end", Both),
    option(Job, "save", "yes or no", "no", "whether the service keeps the files after the download", Both),
    option(Job, "extra", "an object", "none", "further parameters of the API", Both),
    option(Policy, "retries", "a number", "20", "how many requests may be repeated after failures", Both),
    option(Policy, "throttles", "a number", "200", "how often the service may ask to slow down", Both),
    option(Policy, "deadline", "a duration", "6 h", "how long the whole conversion may take", Both),
    option(
        Policy,
        "request_timeout",
        "a duration",
        "30 s",
        "how long a request that moves no file may stay without an answer",
        Both,
    ),
    option(Policy, "upload", "multipart, put", "multipart", "how the input is uploaded", V1),
    option(
        Policy,
        "download",
        "whole, each, none",
        "whole",
        "what is downloaded: one file, each file, nothing",
        Both,
    ),
    option(
        Policy,
        "delete",
        "yes or no",
        "yes",
        "whether the conversion is deleted on the service at its end",
        Both,
    ),
    option(
        Policy,
        "watch",
        "progress, result, callback",
        "progress where it is observed",
        "how the end is waited for",
        Both,
    ),
    option(Shell, "on_progress", "a function", "none", "is called when the progress changes", Both),
    option(Shell, "save_to", "a path", "memory", "the file or the folder that outputs are written to", Both),
    option(
        Shell,
        "overwrite",
        "yes or no",
        "no: the output gets another name",
        "whether a file of the same name in a folder is replaced",
        Both,
    ),
    option(Shell, "checkpoint", "a function", "none", "is called with the saved state when it changes", Both),
];
