//! Every code of an error.

use super::DescribedCode;

const fn code(name: &'static str, means: &'static str, remedy: &'static str) -> DescribedCode {
    DescribedCode { name, means, remedy }
}

/// Every code, in the order of [`Code`](crate::Code).
pub const CODES: &[DescribedCode] = &[
    code("bad_request", "A parameter is missing or wrong, or contradicts another one.", "Correct the call."),
    code(
        "unauthorized",
        "The API key is missing or wrong, or lacks a right, or its account has no credits.",
        "Check the key and its scopes; buy credits.",
    ),
    code("not_found", "The conversion is gone, or never was.", "Start a new conversion."),
    code(
        "conversion_failed",
        "The service cannot convert this input.",
        "Read the message; try another input or option.",
    ),
    code("unavailable", "The service has no capacity or an internal error.", "Try again later."),
    code(
        "throttled",
        "The service asks to slow down for longer than the deadline allows.",
        "Convert fewer files at once.",
    ),
    code(
        "network",
        "The connection failed, and the retries are used up.",
        "Check the network and the base URL.",
    ),
    code("timeout", "The deadline passed.", "Allow more time, or look at what the service does."),
    code("cancelled", "The caller cancelled.", "Nothing."),
    code(
        "invalid_response",
        "An answer is not the API's, or an output is not whole.",
        "Check the base URL and proxies.",
    ),
    code(
        "untrusted_url",
        "The service named a URL on a host that is not trusted.",
        "Add the host to the trusted hosts if you trust it.",
    ),
    code("input", "The input cannot be read.", "Check the file."),
    code("output", "The output cannot be written.", "Check the folder and the free space."),
];
