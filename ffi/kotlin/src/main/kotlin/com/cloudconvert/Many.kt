package com.cloudconvert

import com.cloudconvert.core.Api
import com.cloudconvert.core.Machine
import com.cloudconvert.internal.Observers
import com.cloudconvert.internal.policyFor
import java.io.File
import kotlin.random.Random
import kotlin.random.nextULong

/** One of many conversions. The parts are those of [CloudConvert.convert]. */
public data class ConversionRequest(
    public val source: Source,
    public val saveTo: File?,
    public val to: String = saveTo?.extension.orEmpty(),
    public val job: JobOptions = JobOptions(),
    public val policy: Policy = Policy(),
) {
    /** What makes its machine. */
    internal fun machine(observers: Observers): (Api) -> Machine {
        val wish = job.toJson(source, to)
        val patience = policyFor(saveTo.takeIf { job.output == null }, policy).toJson(observers)
        return { api -> Machine.convert(api, wish, patience, Random.nextULong()) }
    }
}

/** One of many conversions that has ended. */
public class BatchResult internal constructor(
    /** Its place among the requests, from 0. */
    public val index: Int,
    /** What was wanted. */
    public val request: ConversionRequest,
    /** What came out, or the [CloudConvertException]. */
    public val result: Result<ConversionResult>,
)
