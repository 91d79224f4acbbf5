//! The faces: where each declares its options, calls and codes, and how it spells them.

/// One language of the kit.
pub(super) struct Face {
    pub(super) name: &'static str,
    pub(super) options: &'static [Place],
    pub(super) calls: &'static [Place],
    pub(super) codes: &'static [Place],
    /// Where it declares the fields of each kind of storage, if it has a type for each.
    pub(super) storages: &'static [(&'static str, Place)],
    /// How it writes a name of several words.
    pub(super) spell: fn(&str) -> String,
    /// Names that it cannot take, because the word is reserved there or is the API's.
    pub(super) exceptions: &'static [(&'static str, &'static str)],
    /// Options that mean something in this language alone.
    pub(super) own: &'static [&'static str],
}

/// Where names are declared.
pub(super) struct Place {
    pub(super) file: &'static str,
    /// The beginning of the line before the declarations. They end with the next line that is not indented, and every name
    /// among them has to be described. Without one, the whole file is searched for names that are described.
    pub(super) block: Option<&'static str>,
    /// How a declaration is written: `@` is the name.
    pub(super) forms: &'static [&'static str],
}

const fn block(file: &'static str, head: &'static str, forms: &'static [&'static str]) -> Place {
    Place { file, block: Some(head), forms }
}

const fn anywhere(file: &'static str, forms: &'static [&'static str]) -> Place {
    Place { file, block: None, forms }
}

const TYPES: &str = "npm/src/types/options.ts";
const STORAGES_TS: &str = "npm/src/types/storages.ts";
const MEMBER: &[&str] = &["@?: ", "@: "];
const NPM_CALL: &[&str] = &["  @(", "  @<"];
const OPTIONS_PY: &str = "python/src/cloudconvert_kit/_options.py";
const CONVERSIONS_PY: &str = "python/src/cloudconvert_kit/client/_conversions.py";
const PROCESSES_PY: &str = "python/src/cloudconvert_kit/client/_processes.py";
const ACCOUNT_PY: &str = "python/src/cloudconvert_kit/client/_account.py";
const BASE_PY: &str = "python/src/cloudconvert_kit/_base.py";
const WISH_CLI: &str = "python/src/cloudconvert_kit/cli/_wish.py";
const CONVERT_CLI: &str = "python/src/cloudconvert_kit/cli/_convert.py";
const RUN_CLI: &str = "python/src/cloudconvert_kit/cli/_run.py";
const JOBS_CLI: &str = "python/src/cloudconvert_kit/cli/_jobs.py";
const ACCOUNT_CLI: &str = "python/src/cloudconvert_kit/cli/_account.py";
const COMMAND: &[&str] = &[
    "add_parser(\"@\"",
    "add_parser(\n        \"@\"",
    "command(\"@\"",
    "command(\n        \"@\"",
    "(\"@\", ",
];
const HEADER: &str = "ffi/c/include/cloudconvert.h";
const OPTIONS_KT: &str = "ffi/kotlin/src/main/kotlin/com/cloudconvert/Options.kt";
const CLIENT_KT: &str = "ffi/kotlin/src/main/kotlin/com/cloudconvert/CloudConvert.kt";
const CALLS_KT: &str = "ffi/kotlin/src/main/kotlin/com/cloudconvert/Calls.kt";
const ERROR_KT: &str = "ffi/kotlin/src/main/kotlin/com/cloudconvert/CloudConvertException.kt";
const OPTIONS_SWIFT: &str = "ffi/swift/Sources/CloudConvertKit/Options.swift";
const CLIENT_SWIFT: &str = "ffi/swift/Sources/CloudConvertKit/CloudConvert.swift";
const CALLBACK_SWIFT: &str = "ffi/swift/Sources/CloudConvertKit/Callback.swift";
const CALLS_SWIFT: &str = "ffi/swift/Sources/CloudConvertKit/Calls.swift";
const TICKETS_SWIFT: &str = "ffi/swift/Sources/CloudConvertKit/Tickets.swift";
const MANY_SWIFT: &str = "ffi/swift/Sources/CloudConvertKit/Many.swift";
const ERROR_SWIFT: &str = "ffi/swift/Sources/CloudConvertKit/CloudConvertError.swift";

/// Every face, in the order of the printed tables.
pub(super) const FACES: &[Face] = &[
    Face {
        name: "npm",
        options: &[
            block(TYPES, "export interface JobOptions", MEMBER),
            block(TYPES, "export interface Patience", MEMBER),
            block(TYPES, "export interface ProgressOptions", MEMBER),
            block(TYPES, "export interface DownloadOptions", MEMBER),
            block(TYPES, "export interface ConvertOptions", MEMBER),
            block(TYPES, "export interface ManyOptions", MEMBER),
        ],
        calls: &[
            anywhere("npm/src/face/conversions.ts", NPM_CALL),
            anywhere("npm/src/face/parts.ts", NPM_CALL),
            anywhere("npm/src/face/processes.ts", NPM_CALL),
            anywhere("npm/src/face/account.ts", NPM_CALL),
        ],
        codes: &[anywhere("npm/src/errors.ts", &["'@'"])],
        storages: &[
            ("s3", block(STORAGES_TS, "export interface S3", MEMBER)),
            ("openstack", block(STORAGES_TS, "export interface OpenStack", MEMBER)),
            ("azure", block(STORAGES_TS, "export interface Azure", MEMBER)),
            ("googlecloud", block(STORAGES_TS, "export interface GoogleCloud", MEMBER)),
            ("ftp", block(STORAGES_TS, "export interface Ftp", MEMBER)),
            ("sftp", block(STORAGES_TS, "export interface Sftp", MEMBER)),
        ],
        spell: camel,
        exceptions: &[],
        own: &[],
    },
    Face {
        name: "Python",
        options: &[
            block(OPTIONS_PY, "class JobOptions", &["@: "]),
            block(OPTIONS_PY, "class PatienceOptions", &["@: "]),
            block(OPTIONS_PY, "class DownloadOptions", &["@: "]),
            block(OPTIONS_PY, "class FollowOptions", &["@: "]),
            block(OPTIONS_PY, "class ConvertOptions", &["@: "]),
            anywhere(CONVERSIONS_PY, &["@: str", "@: Optional[int]"]),
        ],
        calls: &[
            anywhere(CONVERSIONS_PY, &["def @("]),
            anywhere(PROCESSES_PY, &["def @("]),
            anywhere(ACCOUNT_PY, &["def @("]),
            anywhere(BASE_PY, &["def @("]),
        ],
        codes: &[anywhere("python/src/cloudconvert_kit/errors.py", &["code = \"@\""])],
        storages: &[],
        spell: str::to_owned,
        exceptions: &[("from", "from_")],
        own: &[],
    },
    Face {
        name: "command line",
        options: &[
            anywhere(WISH_CLI, &["\"--@\""]),
            anywhere(CONVERT_CLI, &["\"--@\""]),
            anywhere(RUN_CLI, &["\"--@\""]),
        ],
        calls: &[
            anywhere(CONVERT_CLI, COMMAND),
            anywhere(RUN_CLI, COMMAND),
            anywhere(JOBS_CLI, COMMAND),
            anywhere(ACCOUNT_CLI, COMMAND),
        ],
        // It tells those of Python's exceptions.
        codes: &[anywhere("python/src/cloudconvert_kit/errors.py", &["code = \"@\""])],
        storages: &[],
        spell: dashed,
        exceptions: &[
            ("convert_many", "convert"),
            ("processes", "jobs"),
            ("options", "option"),
            ("output", "output-storage"),
        ],
        own: &[],
    },
    Face {
        name: "C",
        options: &[
            anywhere(HEADER, &["//   @ ", "//   @,", ", @,", ", @:", ", @ (", "\"@\""]),
            // What other languages do for their users, a program in C does by these.
            anywhere(
                HEADER,
                &["cloudconvert_conversion_@(", "cloudconvert_@(", "const char *@;", "size_t @,"],
            ),
        ],
        calls: &[anywhere(
            HEADER,
            &[
                "cloudconvert_begin_@(",
                "cloudconvert_conversion_@(",
                "cloudconvert_@(",
                "{\"call\": \"@\"",
                "{\"@\": {",
            ],
        )],
        codes: &[anywhere(HEADER, &["CLOUDCONVERT_CODE_@"])],
        storages: &[],
        spell: str::to_owned,
        exceptions: &[
            ("processes", "list"),
            ("formats", "types"),
            ("resume", "restore"),
            ("convert_many", "batch_new"),
            ("run", "tasks"),
            ("on_progress", "progress"),
            ("save_to", "sink_name"),
            ("overwrite", "numbered_name"),
        ],
        own: &[],
    },
    Face {
        name: "Kotlin",
        options: &[
            block(OPTIONS_KT, "public sealed interface JobOptions", &["public var @: "]),
            block(OPTIONS_KT, "public open class PatienceOptions", &["public var @: "]),
            block(OPTIONS_KT, "public open class UploadOptions", &["public var @: "]),
            block(OPTIONS_KT, "public open class FollowOptions", &["public var @: "]),
            anywhere(CLIENT_KT, &["@: "]),
        ],
        calls: &[anywhere(CLIENT_KT, &["fun @("]), anywhere(CALLS_KT, &["fun @("])],
        codes: &[anywhere(ERROR_KT, &["\"@\""])],
        storages: &[],
        spell: camel,
        exceptions: &[],
        own: &[],
    },
    Face {
        name: "Swift",
        options: &[
            block(OPTIONS_SWIFT, "public struct JobOptions", &["public var @: ", "public var @ = "]),
            block(OPTIONS_SWIFT, "public struct Policy", &["public var @: ", "public var @ = "]),
            anywhere(CLIENT_SWIFT, &["@: ", "to @: "]),
            anywhere(MANY_SWIFT, &["@: Int"]),
        ],
        calls: &[
            anywhere(CLIENT_SWIFT, &["func @("]),
            anywhere(CALLS_SWIFT, &["func @("]),
            anywhere(CALLBACK_SWIFT, &["func @("]),
            anywhere(TICKETS_SWIFT, &["func @("]),
            anywhere(MANY_SWIFT, &["func @("]),
        ],
        codes: &[anywhere(ERROR_SWIFT, &["@"])],
        storages: &[],
        spell: camel,
        exceptions: &[],
        own: &[],
    },
];

impl Face {
    /// The name that it has for one of the core's.
    pub(super) fn spelled(&self, name: &str) -> String {
        match self.exceptions.iter().find(|(core, _)| *core == name) {
            Some((_, own)) => (*own).to_owned(),
            None => (self.spell)(name),
        }
    }
}

/// `save_to` as `save-to`.
fn dashed(name: &str) -> String {
    name.replace('_', "-")
}

/// `save_to` as `saveTo`.
fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let (initial, rest) = word.split_at(1);
        name + &initial.to_uppercase() + rest
    })
}
