//! C.

use crate::faces::face::{Face, NONE, anywhere};

const HEADER: &str = "ffi/c/include/cloudconvert.h";

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
    ..NONE
};
