package com.cloudconvert

import com.cloudconvert.core.Api
import com.cloudconvert.core.Machine
import com.cloudconvert.internal.Watching
import com.cloudconvert.internal.policyFor
import java.io.File
import kotlin.random.Random
import kotlin.random.nextULong

/** One of many conversions. The parts are those of [CloudConvert.convert]. */
public data class Wish(
    public val source: Source,
    public val saveTo: File?,
    public val to: String = saveTo?.extension.orEmpty(),
    public val job: JobOptions = JobOptions(),
    public val policy: Policy = Policy(),
) {
    /** What makes its machine. */
    internal fun machine(watching: Watching): (Api) -> Machine {
        val wish = job.toJson(source, to)
        val patience = policyFor(saveTo.takeIf { job.output == null }, policy).toJson(watching)
        return { api -> Machine.convert(api, wish, patience, Random.nextULong()) }
    }
}

/** One of many conversions that has ended. */
public class Ended internal constructor(
    /** Its place among the wishes, from 0. */
    public val index: Int,
    /** What was wanted. */
    public val wish: Wish,
    /** What came out, or the [CloudConvertException]. */
    public val result: Result<Converted>,
)
