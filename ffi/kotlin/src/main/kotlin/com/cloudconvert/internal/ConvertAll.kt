package com.cloudconvert.internal

import com.cloudconvert.CloudConvertException
import com.cloudconvert.Ended
import com.cloudconvert.Progress
import com.cloudconvert.Wish
import com.cloudconvert.core.Batch
import kotlin.random.Random
import kotlin.random.nextULong
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext

/** Converts many files behind one limit and one throttle, and tells of each when it has ended. */
internal suspend fun Service.convertAll(
    wishes: List<Wish>,
    atOnce: Int,
    onProgress: (suspend (Int, Progress) -> Unit)?,
    onEnd: suspend (Ended) -> Unit,
) {
    val runs = HashMap<Int, Run>()
    try {
        Batch(atOnce.coerceAtLeast(1).toUInt(), Random.nextULong()).use { batch ->
            val driver = BatchDriver(batch)
            wishes.forEachIndexed { index, wish ->
                val watching = Watching(onProgress?.let { { progress -> it(index, progress) } })
                try {
                    val outputs = Outputs(wish.saveTo)
                    val run = Run(api(body = wish.machine(watching)), transport, outputs, wish.source.uploads, watching)
                    runs[index] = run
                    driver.add(index, run)
                } catch (refused: CloudConvertException) {
                    onEnd(Ended(index, wish, Result.failure(refused)))
                }
            }
            driver.drive { index, output ->
                val outputs = runs.getValue(index).outputs
                val result = runCatching { writing(outputs) { converted(output.getOrThrow(), outputs) } }
                onEnd(Ended(index, wishes[index], result))
            }
        }
    } finally {
        withContext(Dispatchers.IO + NonCancellable) {
            runs.values.forEach {
                it.outputs.discard()
                it.machine.close()
            }
        }
    }
}
