package com.cloudconvert

import com.cloudconvert.core.Api
import com.cloudconvert.core.Machine
import com.cloudconvert.internal.json
import java.nio.file.Path
import kotlin.io.path.extension

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

    init {
        if (options.to == null && source !is Source.Tasks) options.to = saveTo?.extension
    }

    /** What makes its machine. */
    internal fun machine(defaults: PatienceOptions, seed: ULong): (Api) -> Machine {
        val job = options.job(source).toString()
        val policy = json(options.policy(), defaults)
        return { api -> Machine.convert(api, job, policy, seed) }
    }
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
