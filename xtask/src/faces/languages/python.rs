//! Python.

use crate::faces::face::{CallPlace, Face, NONE, anywhere, block, options_of};

const OPTIONS: &str = "python/src/cloudconvert_kit/_options.py";
const STORAGES: &str = "python/src/cloudconvert_kit/storage.py";
const CONVERSIONS: &str = "python/src/cloudconvert_kit/client/_conversions.py";
const PROCESSES: &str = "python/src/cloudconvert_kit/client/_processes.py";
const ACCOUNT: &str = "python/src/cloudconvert_kit/client/_account.py";
const MEMBER: &[&str] = &["@: "];
const CALL: &[&str] = &["    def @("];

const fn parameters(call: &'static str, file: &'static str, head: &'static str) -> CallPlace {
    options_of(call, file, head, ") -> ", &["*@: "])
}

pub(super) const FACE: Face = Face {
    name: "Python",
    options: &[
        block(OPTIONS, "class JobOptions", MEMBER),
        block(OPTIONS, "class PatienceOptions", MEMBER),
        block(OPTIONS, "class DownloadOptions", MEMBER),
        block(OPTIONS, "class FollowOptions", MEMBER),
        block(OPTIONS, "class ConvertOptions", MEMBER),
        anywhere(CONVERSIONS, &["*@: Optional[str] = None, **options", "        @: Optional[int] = None"]),
    ],
    calls: &[
        anywhere(CONVERSIONS, CALL),
        anywhere("python/src/cloudconvert_kit/client/_processes.py", CALL),
        anywhere("python/src/cloudconvert_kit/client/_account.py", CALL),
        anywhere("python/src/cloudconvert_kit/_connected.py", CALL),
        anywhere("python/src/cloudconvert_kit/_base.py", CALL),
    ],
    own_calls: &[
        ("submit", "begins to convert and returns at once"),
        ("wait", "waits for the end of a conversion, and leaves its output where it is"),
        ("download", "waits for the output of a conversion and downloads it, without deleting it"),
        ("with_options", "the same client with other defaults"),
    ],
    codes: &[anywhere("python/src/cloudconvert_kit/errors.py", &["code = \"@\""])],
    storages: &[
        ("s3", block(STORAGES, "class S3", MEMBER)),
        ("openstack", block(STORAGES, "class OpenStack", MEMBER)),
        ("azure", block(STORAGES, "class Azure", MEMBER)),
        ("googlecloud", block(STORAGES, "class GoogleCloud", MEMBER)),
        ("ftp", block(STORAGES, "class FTP", MEMBER)),
        ("sftp", block(STORAGES, "class SFTP", MEMBER)),
    ],
    renamed: &[("download", "fetch")],
    exceptions: &[("from", "from_")],
    unit: Some("seconds"),
    defaults: &[("concurrency", CONVERSIONS, ":param concurrency: how many at once, from 1 on. Default: @.")],
    fails: Some(":raises"),
    call_options: &[
        parameters("launch", PROCESSES, "    def launch("),
        parameters("start", PROCESSES, "    def start("),
        options_of("start", OPTIONS, "class StartOptions(JobOptions, total=False):", "\n\n\n", &["*@: "]),
        parameters("status", PROCESSES, "    def status("),
        parameters("download", PROCESSES, "    def fetch("),
        parameters("formats", PROCESSES, "    def formats("),
        parameters("processes", PROCESSES, "    def processes("),
        parameters("operations", ACCOUNT, "    def operations("),
        parameters("tasks", ACCOUNT, "    def tasks("),
        parameters("task", ACCOUNT, "    def task("),
        parameters("webhooks", ACCOUNT, "    def webhooks("),
        parameters("create_webhook", ACCOUNT, "    def create_webhook("),
    ],
    about: &["process", "source", "to", "options", "url", "id", "save_to", "overwrite"],
    ..NONE
};
