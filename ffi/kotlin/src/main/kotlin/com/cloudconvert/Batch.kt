package com.cloudconvert

import com.cloudconvert.internal.jsonOf
import com.cloudconvert.internal.policy
import java.nio.file.Path
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** One conversion that is wanted: the parameters of [CloudConvert.convert]. */
public class ConversionRequest(
    /** What is converted. */
    public val source: Source,
    /** The file or the folder that the output is written to. Null takes it into memory: [ConversionResult.contents]. */
    public val saveTo: Path? = null,
    configure: ConvertOptions.() -> Unit = {},
) {
    /** How it is converted. */
    public val options: ConvertOptions = ConvertOptions().apply(configure)

    /** The same as the core reads it. */
    internal fun wish(defaults: PatienceOptions): JsonObject = jsonOf(
        "run" to JsonPrimitive("convert"),
        "job" to options.job(source),
        "policy" to policy(options.policy(), defaults),
    )
}

/** One of many conversions that has ended. */
public class BatchResult internal constructor(
    /** Its place among the requests, from 0. */
    public val index: Int,
    /** What was wanted. */
    public val request: ConversionRequest,
    /** What came out, or the [CloudConvertException], or what its checkpoint threw. */
    public val result: Result<ConversionResult>,
)
