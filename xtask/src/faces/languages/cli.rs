//! The command line.

use crate::faces::face::{Face, NONE, anywhere, dashed};

const CONVERT: &str = "python/src/cloudconvert_kit/cli/_convert.py";
const RUN: &str = "python/src/cloudconvert_kit/cli/_run.py";
const OPTION: &[&str] = &["*\"--@\""];
const COMMAND: &[&str] = &[
    "*add_parser(\"@\"",
    "*add_parser(\n        \"@\"",
    "*command(\"@\"",
    "*command(\n        \"@\"",
    "*(\"@\", ",
];

pub(super) const FACE: Face = Face {
    name: "command line",
    options: &[
        anywhere("python/src/cloudconvert_kit/cli/_wish.py", OPTION),
        anywhere(CONVERT, OPTION),
        anywhere(RUN, OPTION),
    ],
    calls: &[
        anywhere(CONVERT, COMMAND),
        anywhere(RUN, COMMAND),
        anywhere("python/src/cloudconvert_kit/cli/_jobs.py", COMMAND),
        anywhere("python/src/cloudconvert_kit/cli/_account.py", COMMAND),
    ],
    // It tells those of Python's exceptions.
    codes: &[anywhere("python/src/cloudconvert_kit/errors.py", &["*code = \"@\""])],
    spell: dashed,
    exceptions: &[
        ("convert_many", "convert"),
        ("processes", "jobs"),
        ("options", "option"),
        ("output", "output-storage"),
    ],
    defaults: &[(
        "concurrency",
        CONVERT,
        "default=DEFAULT_CONCURRENCY, help=\"how many at once (%(default)s)\"",
    )],
    ..NONE
};
