//! Kotlin.

use crate::faces::face::{Face, NONE, anywhere, block, camel};

const OPTIONS: &str = "ffi/kotlin/src/main/kotlin/com/cloudconvert/Options.kt";
const CLIENT: &str = "ffi/kotlin/src/main/kotlin/com/cloudconvert/CloudConvert.kt";
const STORAGE: &str = "ffi/kotlin/src/main/kotlin/com/cloudconvert/Storage.kt";
const MEMBER: &[&str] = &["public var @: "];
const FIELD: &[&str] = &["public val @: "];
const CALL: &[&str] = &["    public suspend fun @(", "    public fun @("];

pub(super) const FACE: Face = Face {
    name: "Kotlin",
    options: &[
        block(OPTIONS, "public sealed interface JobOptions", MEMBER),
        block(OPTIONS, "public open class PatienceOptions", MEMBER),
        block(OPTIONS, "public open class UploadOptions", MEMBER),
        block(OPTIONS, "public open class FollowOptions", MEMBER),
        anywhere(CLIENT, &["*@: Path?", "*@: Int = "]),
    ],
    calls: &[anywhere(CLIENT, CALL), anywhere("ffi/kotlin/src/main/kotlin/com/cloudconvert/Calls.kt", CALL)],
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
    ..NONE
};
