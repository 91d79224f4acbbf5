package com.cloudconvert

import com.cloudconvert.internal.jsonOf
import com.cloudconvert.internal.milliseconds
import kotlin.time.Duration
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonObjectBuilder
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject

/** Marks what is set in the braces of a call: `client.convert(source) { to = "jpg" }`. */
@DslMarker
public annotation class CloudConvertDsl

/** What the service makes of a file. The names are those of the API. */
@CloudConvertDsl
public sealed interface JobOptions {
    /** The output format, such as `jpg`. Default: the extension of the file that the output is saved to, or what [mode] makes. */
    public var to: String?

    /** The input format. Needed where the file's name does not tell it. */
    public var from: String?

    /** What the service calls the input, with the extension. Default: the name of the source. */
    public var filename: String?

    /** What is done with the input. Default: [Mode.CONVERT]. */
    public var mode: Mode

    /** The name of the output, with the extension. `%d` in it counts several outputs. Version 2 of the API. */
    public var outputFilename: String?

    /** What converts, such as `imagemagick`. Version 2 of the API. */
    public var engine: String?

    /** Which version of [engine]. Version 2 of the API. */
    public var engineVersion: String?

    /** The converter's options. They depend on the formats and on [mode]. */
    public var options: JsonObject

    /** Your own mark on the process: a text or an object. */
    public var tag: JsonElement?

    /** The ID of one of your presets. Version 1 of the API. */
    public var preset: String?

    /** After which time the service gives up, in whole seconds. */
    public var timeout: Duration?

    /** Whether the service sends a mail at the end. Version 1 of the API. */
    public var email: Boolean

    /** Where the service stores the output. Then nothing is downloaded. */
    public var output: Storage?

    /** The URL that the service calls at the end. */
    public var callback: String?

    /** Whether the service keeps the files after the download. */
    public var save: Boolean

    /** Further parameters of the API, for what this version does not know. */
    public var extra: JsonObject

    /** Sets [options]: `options { put("quality", 80) }`. */
    public fun options(build: JsonObjectBuilder.() -> Unit) {
        options = buildJsonObject(build)
    }

    /** Sets [tag] to a text. */
    public fun tag(text: String) {
        tag = JsonPrimitive(text)
    }
}

/** How patient a call is. */
@CloudConvertDsl
public open class PatienceOptions internal constructor() {
    /** How many requests may be repeated after failures. Default: that of the client, else 20. */
    public var retries: Int? = null

    /** How often the service may ask to slow down. Default: that of the client, else 200. */
    public var throttles: Int? = null

    /** How long the whole may take. Default: that of the client, else six hours. */
    public var deadline: Duration? = null

    /** How long a request that moves no file may stay without an answer. Default: that of the client, else 30 seconds. */
    public var requestTimeout: Duration? = null

    internal open fun policy(): Map<String, JsonElement?> = mapOf(
        "retries" to JsonPrimitive(retries),
        "throttles" to JsonPrimitive(throttles),
        "deadline" to milliseconds(deadline),
        "request_timeout" to milliseconds(requestTimeout),
    )
}

/** How a process is prepared. */
public class PrepareOptions internal constructor() : PatienceOptions(), JobOptions by JobValues()

/** How a file is uploaded. */
public open class UploadOptions internal constructor() : PatienceOptions() {
    /** How the file is sent. Default: [Upload.MULTIPART]. Version 1 of the API. */
    public var upload: Upload? = null

    /**
     * Is called in the caller's coroutine when the progress changes, and ten times a second while only bytes move. What it
     * throws goes to the coroutine's exception handler or is logged, and ends nothing. To end the run, cancel the coroutine.
     */
    public var onProgress: (suspend (Progress) -> Unit)? = null

    /** How the input is sent: as a form, or as it is. */
    public enum class Upload { MULTIPART, PUT }

    override fun policy(): Map<String, JsonElement?> = super.policy() + mapOf(
        "upload" to JsonPrimitive(upload?.name?.lowercase()),
        "observed" to JsonPrimitive(onProgress != null),
    )
}

/** How a process is followed to its end. */
public open class FollowOptions internal constructor() : UploadOptions() {
    /** What is downloaded. */
    public var download: Download = Download.WHOLE

    /** Whether the process is deleted at its end. An output that could not be downloaded stays. */
    public var delete: Boolean = true

    /** How the end is waited for. Default: [Watch.PROGRESS] where there is [onProgress], else [Watch.RESULT]. */
    public var watch: Watch? = null

    /** Whether an output replaces a file of the same name in a folder. Otherwise it gets another name, such as `photo (1).jpg`. */
    public var overwrite: Boolean = false

    /**
     * Is called in the caller's coroutine with what [CloudConvert.resume] takes, before each request that another program would have
     * to know. What it throws is reported as with `onProgress`, and changes nothing; only a `CancellationException` cancels the
     * conversion.
     */
    public var checkpoint: (suspend (String) -> Unit)? = null

    /** The output as one file (a ZIP where there are several), every file on its own, or nothing. */
    public enum class Download { WHOLE, EACH, NONE }

    /** How the end is waited for. */
    public enum class Watch {
        /** By polls, which bring the percent. */
        PROGRESS,

        /** By long polls, which need the fewest requests. */
        RESULT,

        /** By [JobOptions.callback]: the status is asked for after [CloudConvert.calledBack], and seldom in between. */
        CALLBACK,
    }

    override fun policy(): Map<String, JsonElement?> = super.policy() + mapOf(
        "download" to JsonPrimitive(download.name.lowercase()),
        "delete" to JsonPrimitive(delete),
        "watch" to JsonPrimitive(watch?.name?.lowercase()),
    )
}

/** How a file is converted. */
public class ConvertOptions internal constructor() : FollowOptions(), JobOptions by JobValues()

/**
 * How a saved conversion goes on. The job is needed where [CloudConvert.resume] says so. What else is not set stays as it was;
 * `retries`, `throttles` and `deadline` count from now on.
 */
public class ResumeOptions internal constructor() : UploadOptions(), JobOptions by JobValues() {
    /** What is downloaded. It may change as long as no output has its name. */
    public var download: FollowOptions.Download? = null

    /** As in [FollowOptions]. */
    public var delete: Boolean? = null

    /** As in [FollowOptions]. */
    public var watch: FollowOptions.Watch? = null

    /** As in [FollowOptions]. */
    public var overwrite: Boolean = false

    /** As in [FollowOptions]. */
    public var checkpoint: (suspend (String) -> Unit)? = null

    override fun policy(): Map<String, JsonElement?> = super.policy() + mapOf(
        "download" to JsonPrimitive(download?.name?.lowercase()),
        "delete" to JsonPrimitive(delete),
        "watch" to JsonPrimitive(watch?.name?.lowercase()),
    )
}

internal class JobValues : JobOptions {
    override var to: String? = null
    override var from: String? = null
    override var filename: String? = null
    override var mode: Mode = Mode.CONVERT
    override var outputFilename: String? = null
    override var engine: String? = null
    override var engineVersion: String? = null
    override var options: JsonObject = jsonOf()
    override var tag: JsonElement? = null
    override var preset: String? = null
    override var timeout: Duration? = null
    override var email: Boolean = false
    override var output: Storage? = null
    override var callback: String? = null
    override var save: Boolean = false
    override var extra: JsonObject = jsonOf()
}

/** The job as the core reads it. What was not set is left out. */
internal fun JobOptions.job(source: Source): JsonObject {
    val named = mapOf(
        "to" to JsonPrimitive(to?.ifEmpty { null }),
        "from" to JsonPrimitive(from),
        "mode" to mode.takeIf { it != Mode.CONVERT }?.let { JsonPrimitive(it.named) },
        "output_filename" to JsonPrimitive(outputFilename),
        "engine" to JsonPrimitive(engine),
        "engine_version" to JsonPrimitive(engineVersion),
        "options" to options.takeIf { it.isNotEmpty() },
        "tag" to tag,
        "preset" to JsonPrimitive(preset),
        "timeout" to JsonPrimitive(timeout?.inWholeSeconds),
        "email" to JsonPrimitive(true).takeIf { email },
        "output" to output?.toJson(),
        "callback" to JsonPrimitive(callback),
        "save" to JsonPrimitive(true).takeIf { save },
        "extra" to extra.takeIf { it.isNotEmpty() },
    )
    return jsonOf(source.members() + named + listOfNotNull(filename?.let { "filename" to JsonPrimitive(it) }))
}
