//! Kotlin.

use crate::faces::face::{CallPlace, Face, NONE, anywhere, block, camel, options_of};

const OPTIONS: &str = "ffi/kotlin/src/main/kotlin/com/cloudconvert/Options.kt";
const CLIENT: &str = "ffi/kotlin/src/main/kotlin/com/cloudconvert/CloudConvert.kt";
const STORAGE: &str = "ffi/kotlin/src/main/kotlin/com/cloudconvert/Storage.kt";
const MEMBER: &[&str] = &["public var @: "];
const FIELD: &[&str] = &["public val @: "];
const CALL: &[&str] = &["    public suspend fun @(", "    public fun @("];

const CALLS: &str = "ffi/kotlin/src/main/kotlin/com/cloudconvert/Calls.kt";

const fn parameters(call: &'static str, head: &'static str) -> CallPlace {
    options_of(call, CALLS, head, "): ", &["*@: "])
}

pub(super) const FACE: Face = Face {
    name: "Kotlin",
    options: &[
        block(OPTIONS, "public sealed interface JobOptions", MEMBER),
        block(OPTIONS, "public open class PatienceOptions", MEMBER),
        block(OPTIONS, "public open class UploadOptions", MEMBER),
        block(OPTIONS, "public open class FollowOptions", MEMBER),
        anywhere(CLIENT, &["*@: Path?", "*@: Int = "]),
    ],
    calls: &[anywhere(CLIENT, CALL), anywhere(CALLS, CALL)],
    own_calls: &[
        ("conversion", "`convert` as a flow of updates"),
        ("callback", "reads the URL by which the service called back"),
    ],
    codes: &[anywhere("ffi/kotlin/src/main/kotlin/com/cloudconvert/CloudConvertException.kt", &["*\"@\""])],
    modes: &[anywhere("ffi/kotlin/src/main/kotlin/com/cloudconvert/Mode.kt", &["*(\"@\")"])],
    storages: &[
        ("s3", block(STORAGE, "    public class S3", FIELD)),
        ("openstack", block(STORAGE, "    public class OpenStack", FIELD)),
        ("azure", block(STORAGE, "    public class Azure", FIELD)),
        ("googlecloud", block(STORAGE, "    public class GoogleCloud", FIELD)),
        ("ftp", block(STORAGE, "    public class Ftp", FIELD)),
        ("sftp", block(STORAGE, "    public class Sftp", FIELD)),
    ],
    spell: camel,
    unit: Some("duration"),
    defaults: &[("concurrency", CLIENT, "concurrency: Int = @)")],
    call_options: &[
        parameters("launch", "suspend fun launch("),
        parameters("launch", "suspend fun launch(\n"),
        parameters("start", "suspend fun start("),
        parameters("status", "suspend fun status("),
        options_of("download", CALLS, "suspend fun download(", ") {", &["*@: "]),
        parameters("formats", "suspend fun formats("),
        parameters("operations", "suspend fun operations("),
        parameters("processes", "fun processes("),
        parameters("tasks", "fun tasks("),
        parameters("task", "suspend fun task("),
        parameters("webhooks", "fun webhooks("),
        parameters("create_webhook", "suspend fun createWebhook("),
    ],
    about: &["source", "configure", "processUrl", "process", "outputUrl", "saveTo", "overwrite", "id", "url"],
    ..NONE
};
