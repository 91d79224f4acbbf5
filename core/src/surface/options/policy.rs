//! How patient the client is, and what it does with the output.

use crate::surface::DescribedOption;
use crate::surface::Owner::Policy;
use crate::surface::Versions::{Both, V1};

pub(super) const POLICY: &[DescribedOption] = &[
    Policy.option(
        "retries",
        "a number",
        "20",
        "how many requests may be repeated after failures",
        "failing sooner, or trying for longer, is worth more",
        Both,
    ),
    Policy.option(
        "throttles",
        "a number",
        "200",
        "how often the service may ask to slow down",
        "many others share the key",
        Both,
    ),
    Policy.option(
        "deadline",
        "a duration",
        "6 h",
        "how long the whole conversion may take",
        "the result is worth nothing after some time, or takes longer than hours",
        Both,
    ),
    Policy.option(
        "request_timeout",
        "a duration",
        "30 s",
        "how long a request that moves no file may stay without an answer",
        "the service is slow to answer, or must be given up sooner",
        Both,
    ),
    Policy.option(
        "upload",
        "multipart, put",
        "multipart",
        "how the input is uploaded; `put` is for one file",
        "a server in between does not take forms",
        V1,
    ),
    Policy.option(
        "download",
        "whole, each, none",
        "whole",
        "what is downloaded: one file, each file, nothing",
        "there are several outputs, or none is wanted here",
        Both,
    ),
    Policy.option(
        "delete",
        "yes or no",
        "yes",
        "whether the conversion is deleted on the service at its end",
        "the files have to stay on the service",
        Both,
    ),
    Policy.option(
        "watch",
        "progress, result, callback",
        "progress where it is observed",
        "how the end is waited for",
        "a webhook comes, or nobody looks at the percent",
        Both,
    ),
];
