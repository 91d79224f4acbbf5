//! C.

use crate::faces::face::{CallPlace, Face, NONE, anywhere, options_of};

const HEADER: &str = "ffi/c/include/cloudconvert.h";

const fn members(call: &'static str, head: &'static str) -> CallPlace {
    options_of(call, HEADER, head, "}", &["*\"@\""])
}

pub(super) const FACE: Face = Face {
    name: "C",
    options: &[
        anywhere(HEADER, &["*//   @ ", "*//   @,", "*, @,", "*, @:", "*, @ (", "*\"@\""]),
        // What other languages do for their users, a program in C does by these.
        anywhere(
            HEADER,
            &["*cloudconvert_conversion_@(", "*cloudconvert_@(", "*const char *@;", "*size_t @,"],
        ),
    ],
    calls: &[
        anywhere(HEADER, &["//     {\"call\": \"@\""]),
        anywhere(
            HEADER,
            &["*cloudconvert_begin_@(", "*cloudconvert_conversion_@(", "*cloudconvert_@(", "*{\"@\": {"],
        ),
    ],
    own_calls: &[("wait", "the status of a conversion, which the service answers when it has ended")],
    codes: &[anywhere(HEADER, &["*CLOUDCONVERT_CODE_@"])],
    exceptions: &[
        ("processes", "list"),
        ("formats", "types"),
        ("resume", "restore"),
        ("convert_many", "batch_new"),
        ("launch", "convert"),
        ("run", "tasks"),
        ("on_progress", "progress"),
        ("save_to", "sink_name"),
        ("overwrite", "numbered_name"),
    ],
    defaults: &[("concurrency", HEADER, "CLOUDCONVERT_CONCURRENCY @")],
    call_options: &[
        members("launch", "{\"call\": \"convert\""),
        members("start", "{\"call\": \"start\""),
        options_of("status", HEADER, "with what is replied", "\"convert\"", &["*{\"call\": \"@\""]),
        members("download", "{\"call\": \"download\""),
        members("download", "{\"call\": \"download\", \"url\", \"name\", "),
        members("formats", "{\"call\": \"types\", \"from\", \"to\", "),
        members("formats", "{\"call\": \"types\""),
        members("operations", "{\"call\": \"operations\""),
        members("processes", "{\"call\": \"list\""),
        members("processes", "{\"call\": \"list\", "),
        members("tasks", "{\"call\": \"tasks\""),
        members("task", "{\"call\": \"task\""),
        members("webhooks", "{\"call\": \"webhooks\""),
        members("create_webhook", "{\"call\": \"create_webhook\""),
    ],
    renamed_options: &[("start.wait", "answered"), ("download.inline", "answered"), ("tasks.job", "id")],
    about: &["url", "id", "job", "list", "types", "status"],
    ..NONE
};
