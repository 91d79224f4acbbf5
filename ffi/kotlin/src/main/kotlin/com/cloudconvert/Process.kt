package com.cloudconvert

import com.cloudconvert.internal.number
import com.cloudconvert.internal.text
import com.cloudconvert.internal.texts
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject

/** A process of the key. */
@ConsistentCopyVisibility
public data class ListedProcess internal constructor(
    /** Its ID. */
    public val id: String,
    /** Where it is; null where the service names a host that is not to be trusted. */
    public val url: String?,
    /** Its step. */
    public val step: String?,
    /** When it was started, as the service writes it: `2013-01-07 23:03:53`. */
    public val started: String?,
    /** When it ended. */
    public val ended: String?,
) {
    internal companion object {
        fun of(reply: JsonObject): ListedProcess =
            ListedProcess(reply.text("id").orEmpty(), reply.text("url"), reply.text("step"), reply.text("started"), reply.text("ended"))
    }
}

/** A pair of formats that the service converts. */
@ConsistentCopyVisibility
public data class ConversionType internal constructor(
    /** The input format. */
    public val from: String,
    /** The output format. */
    public val to: String,
    /** All that the service says about it. */
    public val entry: JsonElement,
) {
    internal companion object {
        fun of(reply: JsonObject): ConversionType =
            ConversionType(reply.text("from").orEmpty(), reply.text("to").orEmpty(), reply["entry"] ?: JsonNull)
    }
}

/** A process that was created. */
@ConsistentCopyVisibility
public data class CreatedProcess internal constructor(
    /** Its ID. */
    public val id: String,
    /** What [CloudConvert.start] takes. */
    public val url: String,
) {
    internal companion object {
        fun of(reply: JsonObject): CreatedProcess = CreatedProcess(reply.text("id").orEmpty(), reply.text("url").orEmpty())
    }
}

/** How far a process is, as the service tells it. */
@ConsistentCopyVisibility
public data class ProcessStatus internal constructor(
    /** The process ID. */
    public val id: String?,
    /** `input`, `wait`, `convert`, `output`, `finished`, `error`, or one that comes later; null before the start. */
    public val step: String?,
    /** From 0 to 100. */
    public val percent: Double?,
    /** What the service says. */
    public val message: String,
    /** The HTTP status or the `code` of a conversion that failed. */
    public val code: Int?,
    /** Where the input is uploaded. */
    public val uploadUrl: String?,
    /** Where the output is, or was stored. */
    public val url: String?,
    /** The name that the service gave the output. */
    public val filename: String?,
    /** The output's size in bytes. */
    public val size: Long?,
    /** The names of the single outputs, where there are several. */
    public val files: List<String>,
    /** The facts that mode `info` found. */
    public val info: JsonElement?,
) {
    internal companion object {
        fun of(reply: JsonObject): ProcessStatus = ProcessStatus(
            id = reply.text("id"),
            step = reply.text("step"),
            percent = reply.number("percent"),
            message = reply.text("message").orEmpty(),
            code = reply.number("code")?.toInt(),
            uploadUrl = reply.text("upload_url"),
            url = reply.text("url"),
            filename = reply.text("filename"),
            size = reply.text("size")?.toLongOrNull(),
            files = reply.texts("files"),
            info = reply["info"].takeIf { it !is JsonNull },
        )
    }
}
