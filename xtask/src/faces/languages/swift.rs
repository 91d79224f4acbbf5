//! Swift.

use crate::faces::face::{CallPlace, Face, NONE, anywhere, block, camel, options_of};

const OPTIONS: &str = "ffi/swift/Sources/CloudConvertKit/Options.swift";
const CLIENT: &str = "ffi/swift/Sources/CloudConvertKit/CloudConvert.swift";
const MANY: &str = "ffi/swift/Sources/CloudConvertKit/Many.swift";
const STORAGE: &str = "ffi/swift/Sources/CloudConvertKit/Storage.swift";
const MEMBER: &[&str] = &["public var @: ", "public var @ = "];
const FIELD: &[&str] = &["*@: "];
const CALL: &[&str] = &["    public func @("];

const CALLS: &str = "ffi/swift/Sources/CloudConvertKit/Calls.swift";

const fn parameters(call: &'static str, head: &'static str) -> CallPlace {
    options_of(call, CALLS, head, " {", &["*@: "])
}

pub(super) const FACE: Face = Face {
    name: "Swift",
    options: &[
        block(OPTIONS, "public struct JobOptions", MEMBER),
        block(OPTIONS, "public struct Policy", MEMBER),
        anywhere(CLIENT, &["*@: URL? = nil", "*@ format: String?", "*@: ("]),
        anywhere(MANY, &["*@: Int = "]),
    ],
    calls: &[
        anywhere(CLIENT, CALL),
        anywhere(CALLS, CALL),
        anywhere("ffi/swift/Sources/CloudConvertKit/Callback.swift", CALL),
        anywhere("ffi/swift/Sources/CloudConvertKit/Tickets.swift", CALL),
        block(MANY, "extension CloudConvert", CALL),
    ],
    own_calls: &[
        ("conversion", "`convert` as a sequence of updates"),
        ("callback", "reads the URL by which the service called back"),
    ],
    codes: &[anywhere("ffi/swift/Sources/CloudConvertKit/CloudConvertError.swift", &["*(rawValue: \"@\")"])],
    modes: &[anywhere(OPTIONS, &["*case @\n", "*= \"@\""])],
    storages: &[
        ("s3", block(STORAGE, "    public static func s3", FIELD)),
        ("openstack", block(STORAGE, "    public static func openStack", FIELD)),
        ("azure", block(STORAGE, "    public static func azure", FIELD)),
        ("googlecloud", block(STORAGE, "    public static func googleCloud", FIELD)),
        ("ftp", block(STORAGE, "    public static func ftp", FIELD)),
        ("sftp", block(STORAGE, "    public static func sftp", FIELD)),
    ],
    spell: camel,
    unit: Some("seconds"),
    defaults: &[("concurrency", MANY, "concurrency: Int = @,")],
    call_options: &[
        parameters("launch", "func launch("),
        options_of("launch", CALLS, "job: JobOptions = JobOptions(), ", ": Answered", &["*@"]),
        parameters("start", "func start("),
        parameters("status", "func status("),
        parameters("download", "func download("),
        parameters("formats", "func formats("),
        parameters("operations", "func operations("),
        parameters("processes", "func processes("),
        parameters("tasks", "func tasks("),
        parameters("task", "func task("),
        parameters("webhooks", "func webhooks("),
        parameters("create_webhook", "func createWebhook("),
    ],
    about: &["source", "format", "job", "processURL", "outputURL", "saveTo", "overwrite", "id", "url"],
    ..NONE
};
