//! How patient the client is, and what it does with the output.

use crate::surface::DescribedOption;
use crate::surface::Owner::Policy;
use crate::surface::Versions::{self, Both, V1};

const fn option(
    name: &'static str,
    takes: &'static str,
    default: &'static str,
    does: &'static str,
    when: &'static str,
    versions: Versions,
) -> DescribedOption {
    DescribedOption { name, owner: Policy, takes, default, does, when, versions }
}

pub(super) const POLICY: &[DescribedOption] = &[
    option(
        "retries",
        "a number",
        "20",
        "how many requests may be repeated after failures",
        "failing sooner, or trying for longer, is worth more",
        Both,
    ),
    option(
        "throttles",
        "a number",
        "200",
        "how often the service may ask to slow down",
        "many others share the key",
        Both,
    ),
    option(
        "deadline",
        "a duration",
        "6 h",
        "how long the whole conversion may take",
        "the result is worth nothing after some time, or takes longer than hours",
        Both,
    ),
    option(
        "request_timeout",
        "a duration",
        "30 s",
        "how long a request that moves no file may stay without an answer",
        "the service is slow to answer, or must be given up sooner",
        Both,
    ),
    option(
        "upload",
        "multipart, put",
        "multipart",
        "how the input is uploaded; `put` is for one file",
        "a server in between does not take forms",
        V1,
    ),
    option(
        "download",
        "whole, each, none",
        "whole",
        "what is downloaded: one file, each file, nothing",
        "there are several outputs, or none is wanted here",
        Both,
    ),
    option(
        "delete",
        "yes or no",
        "yes",
        "whether the conversion is deleted on the service at its end",
        "the files have to stay on the service",
        Both,
    ),
    option(
        "watch",
        "progress, result, callback",
        "progress where it is observed",
        "how the end is waited for",
        "a webhook comes, or nobody looks at the percent",
        Both,
    ),
];
