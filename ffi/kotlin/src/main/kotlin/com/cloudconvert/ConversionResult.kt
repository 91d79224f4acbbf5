package com.cloudconvert

import java.io.File
import kotlinx.serialization.json.JsonElement

/** What came out of a conversion. */
public class ConversionResult internal constructor(
    /** The files that were written, in the service's order. Empty where nothing was downloaded. */
    public val files: List<File>,
    /** The process ID. */
    public val processId: String?,
    /** Where the service stored the output, if it stays there. */
    public val url: String?,
    /** The facts that mode `info` found. */
    public val info: JsonElement?,
)

/** A process that waits for an upload, for a program without the key to go on with. */
public class Prepared internal constructor(
    /** The process ID. */
    public val processId: String,
    /** What [CloudConvert.follow] takes. */
    public val processUrl: String,
    /** What [CloudConvert.upload] takes. */
    public val uploadUrl: String,
)

/** What a conversion's flow emits: any number of [Progressed], then one [Finished]. */
public sealed interface ConversionUpdate {
    /** Something has changed. */
    public class Progressed internal constructor(public val progress: Progress) : ConversionUpdate

    /** The end. */
    public class Finished internal constructor(public val result: ConversionResult) : ConversionUpdate
}
