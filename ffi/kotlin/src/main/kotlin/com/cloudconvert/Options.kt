package com.cloudconvert

import com.cloudconvert.internal.Observers
import com.cloudconvert.internal.json
import kotlin.time.Duration

/** What the service is to make of a file, beyond its output format. The names are those of the API. */
public data class JobOptions(
    /** The input format, where the file's name does not tell it. */
    public val from: String? = null,
    /** Overrides the input's name, with the extension. */
    public val filename: String? = null,
    /** What is done with the input. */
    public val mode: Mode = Mode.CONVERT,
    /** The converter's options (`converteroptions`): strings, numbers, booleans, lists and maps. */
    public val options: Map<String, Any?> = emptyMap(),
    /** Your own mark on the process: a string or a map. */
    public val tag: Any? = null,
    /** The ID of one of your presets. */
    public val preset: String? = null,
    /** After which time the service gives up. */
    public val timeout: Duration? = null,
    /** Whether the service sends a mail in the end. */
    public val email: Boolean = false,
    /** The URL that the service calls in the end. */
    public val callback: String? = null,
    /** Whether the service keeps the files after the download. */
    public val save: Boolean = false,
    /** Where the service stores the output. Then nothing is downloaded. */
    public val output: Storage? = null,
    /** Further parameters of the API, for what this version does not know. */
    public val extra: Map<String, Any?> = emptyMap(),
) {
    internal fun toJson(source: Source, to: String): String = json(members(source, to))

    internal fun members(source: Source, to: String): Map<String, Any?> {
        val named = mapOf(
            "to" to to,
            "from" to from,
            "mode" to mode.name.lowercase(),
            "options" to options.ifEmpty { null },
            "tag" to tag,
            "preset" to preset,
            "timeout" to timeout?.inWholeSeconds,
            "email" to email,
            "output" to output?.toJson(),
            "callback" to callback,
            "save" to save,
            "extra" to extra.ifEmpty { null },
        )
        return source.members() + named.filterValues { it != null } + listOfNotNull(filename?.let { "filename" to it })
    }
}

/** What is done with the input. */
public enum class Mode { CONVERT, INFO, COMBINE, ARCHIVE, EXTRACT }

/** How patient a conversion is, and what it does with its output. */
public data class Policy(
    /** How many requests may be repeated, in the whole conversion. */
    public val retries: Int? = null,
    /** How long the whole conversion may take. */
    public val deadline: Duration? = null,
    /** How the input is uploaded; by default as a form, [Upload.MULTIPART]. */
    public val upload: Upload? = null,
    /** What is downloaded. */
    public val download: Download = Download.WHOLE,
    /** Whether the process is deleted after its output was downloaded and checked, or the conversion failed. */
    public val delete: Boolean = true,
) {
    /** How the input is uploaded. */
    public enum class Upload { MULTIPART, PUT }

    /** The output as one file (a ZIP where there are several), every file on its own, or nothing. */
    public enum class Download { WHOLE, EACH, NONE }

    internal fun toJson(observers: Observers = Observers()): String = json(
        mapOf(
            "retries" to retries,
            "deadline" to deadline?.inWholeMilliseconds,
            "upload" to upload?.name?.lowercase(),
            "download" to download.name.lowercase(),
            "delete" to delete,
            "watch" to "callback".takeIf { observers.callbacks != null },
            "observed" to (observers.onProgress != null),
        ),
    )
}
