package com.cloudconvert

import java.nio.file.Path
import kotlinx.serialization.json.JsonElement

/** What came out of a conversion. */
public class ConversionResult internal constructor(
    /** The files that were written, in the service's order. Empty without `saveTo`, and where nothing was downloaded. */
    public val files: List<Path>,
    /** The outputs in memory, in the service's order, where there was no `saveTo`. */
    public val contents: List<Content>,
    /** The ID of the process, or with version 2 of the API of the job. */
    public val processId: String?,
    /** Where the process or the job is. */
    public val processUrl: String?,
    /** Where the service stored the output, if it stays there. */
    public val url: String?,
    /** The name that the service gave the output. */
    public val filename: String?,
    /** The facts that mode `info` found. */
    public val info: JsonElement?,
) {
    override fun toString(): String = "ConversionResult(files=$files, contents=$contents, processId=$processId)"
}

/** An output in memory. */
public class Content internal constructor(
    /** The name that the service gave it, with the extension. */
    public val name: String,
    /** Its bytes. */
    public val bytes: ByteArray,
) {
    override fun toString(): String = "Content($name, ${bytes.size} bytes)"
}

/** A process that waits for an upload, for a program that has no key. */
public class Prepared internal constructor(
    /** What [CloudConvert.upload], [CloudConvert.follow] and [CloudConvert.delete] take: one text, to be passed on as it is. */
    public val ticket: String,
    /** The process ID. */
    public val processId: String,
    /** Where the process is. */
    public val processUrl: String,
    /** Where the file is uploaded; null where the version of the API needs the [ticket]. */
    public val uploadUrl: String?,
)

/** What a conversion's flow emits: any number of [Progressed], then one [Finished]. */
public sealed interface ConversionUpdate {
    /** The progress has changed. */
    public class Progressed internal constructor(public val progress: Progress) : ConversionUpdate

    /** The conversion has ended well. */
    public class Finished internal constructor(public val result: ConversionResult) : ConversionUpdate
}
