//! The command line.

use crate::faces::face::{CallPlace, Face, NONE, anywhere, dashed, options_of};

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

const ACCOUNT: &str = "python/src/cloudconvert_kit/cli/_account.py";
const JOBS: &str = "python/src/cloudconvert_kit/cli/_jobs.py";

const fn arguments(call: &'static str, file: &'static str, head: &'static str) -> CallPlace {
    options_of(call, file, head, "\n\n", &["*add_argument(\"--@\"", "*add_argument(\"@\""])
}

const fn catalogue(call: &'static str) -> CallPlace {
    options_of(call, ACCOUNT, "def _add_catalogue(", "\n\n\n", &["*add_argument(\"--@\""])
}

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
        anywhere(JOBS, COMMAND),
        anywhere(ACCOUNT, COMMAND),
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
    call_options: &[
        arguments("formats", ACCOUNT, "    formats = command("),
        catalogue("formats"),
        arguments("operations", ACCOUNT, "    operations = command("),
        catalogue("operations"),
        arguments("create_webhook", ACCOUNT, "    create = command("),
        options_of("webhooks", ACCOUNT, "command(\"webhooks\"", "\n", &["*add_argument(\"--@\""]),
        arguments("processes", JOBS, "    jobs = command("),
        arguments("status", JOBS, "    status = command("),
        arguments("tasks", JOBS, "    tasks = command("),
        arguments("task", JOBS, "    task = command("),
        // There are no commands for these.
        arguments("launch", JOBS, "def add("),
        arguments("start", JOBS, "def add("),
        arguments("download", JOBS, "def add("),
    ],
    renamed_options: &[("formats.from", "from_")],
    about: &["process", "limit", "task", "url", "webhook"],
    ..NONE
};
