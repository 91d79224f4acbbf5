package com.cloudconvert

import com.cloudconvert.internal.items
import com.cloudconvert.internal.number
import com.cloudconvert.internal.text
import com.cloudconvert.internal.texts
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject

/** A process of the key, or with version 2 of the API a job. */
@ConsistentCopyVisibility
public data class ListedProcess internal constructor(
    /** Its ID. */
    public val id: String,
    /** Where it is; null where the service names a host that is not to be trusted. */
    public val url: String?,
    /** Its step. */
    public val step: String?,
    /** When it was started, as the service writes it: `2013-01-07 23:03:53`, or `2025-03-01T10:00:00+00:00`. */
    public val started: String?,
    /** When it ended. */
    public val ended: String?,
    /** Your own mark on it. Version 2 of the API. */
    public val tag: String?,
    /** The whole entry, as the service wrote it. */
    public val entry: JsonObject,
) {
    override fun toString(): String = "ListedProcess($id, $step)"

    internal companion object {
        fun of(reply: JsonObject): ListedProcess = ListedProcess(
            id = reply.text("id").orEmpty(),
            url = reply.text("url"),
            step = reply.text("step"),
            started = reply.text("started"),
            ended = reply.text("ended"),
            tag = reply.text("tag"),
            entry = entryOf(reply),
        )
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

/** A process, or with version 2 of the API a job, that was created. */
@ConsistentCopyVisibility
public data class CreatedProcess internal constructor(
    /** Its ID. Null where [Calls.launch] made it with version 1 of the API. */
    public val id: String?,
    /** What [Calls.start], [CloudConvert.follow] and [CloudConvert.delete] take. */
    public val url: String,
) {
    internal companion object {
        fun of(reply: JsonObject): CreatedProcess = CreatedProcess(reply.text("id"), reply.text("url").orEmpty())
    }
}

/** What [Calls.launch] is answered with when the conversion has ended. */
public enum class Answered {
    /** The status. */
    ENDED,

    /** The URL of the output. */
    OUTPUT,

    /** A URL of the output for display. Version 1 of the API. */
    INLINE,
}

/** How far a process is, or with version 2 of the API a job, as the service tells it. */
public class ProcessStatus internal constructor(
    /** The ID. */
    public val id: String?,
    /** `input`, `wait`, `convert`, `output`, `waiting`, `processing`, `finished`, `error`, or one that comes later; null before the start. */
    public val step: String?,
    /** From 0 to 100. */
    public val percent: Double?,
    /** What the service says. */
    public val message: String,
    /** Why a conversion failed: a number with version 1, one of [CloudConvertException.code] with version 2. */
    public val code: String?,
    /** Where the input is uploaded. Version 1 of the API. */
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
    /** The files that it waits for. Version 2 of the API. */
    public val uploads: List<UploadForm>,
    /** The whole job, as the service wrote it. It holds signed URLs. Version 2 of the API. */
    public val entry: JsonObject?,
) {
    override fun toString(): String = "ProcessStatus($id, $step, $percent %, $message)"

    internal companion object {
        fun of(reply: JsonObject): ProcessStatus = ProcessStatus(
            id = reply.text("id"),
            step = reply.text("step"),
            percent = reply.number("percent"),
            message = reply.text("message").orEmpty(),
            code = reply.text("code"),
            uploadUrl = reply.text("upload_url"),
            url = reply.text("url"),
            filename = reply.text("filename"),
            size = reply.text("size")?.toLongOrNull(),
            files = reply.texts("files"),
            info = reply["info"].takeIf { it !is JsonNull },
            uploads = reply.items("uploads").map { UploadForm.of(it) },
            entry = reply["entry"] as? JsonObject,
        )
    }
}

/** A form by which a file is uploaded for a task, without the key. [CloudConvert.prepare] and [CloudConvert.upload] send it by themselves. */
public class UploadForm internal constructor(
    /** The name of the import task. */
    public val task: String,
    /** Where the form is sent. */
    public val url: String,
    /** The fields before the file, in this order. They hold a signature, so they are not shown. */
    public val fields: Map<String, String>,
) {
    override fun toString(): String = "UploadForm($task)"

    internal companion object {
        fun of(reply: JsonObject): UploadForm {
            val fields = (reply["fields"] as? JsonObject).orEmpty()
            return UploadForm(reply.text("task").orEmpty(), reply.text("url").orEmpty(), fields.mapValues { fields.text(it.key).orEmpty() })
        }
    }
}
