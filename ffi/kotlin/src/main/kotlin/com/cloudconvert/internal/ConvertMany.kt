package com.cloudconvert.internal

import com.cloudconvert.CloudConvertException
import com.cloudconvert.BatchResult
import com.cloudconvert.Progress
import com.cloudconvert.ConversionRequest
import com.cloudconvert.core.Batch
import kotlin.random.Random
import kotlin.random.nextULong
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext

/** Converts many files behind one limit and one throttle, and tells of each when it has ended. */
internal suspend fun Service.convertMany(
    requests: List<ConversionRequest>,
    concurrency: Int,
    onProgress: (suspend (Int, Progress) -> Unit)?,
    onEnd: suspend (BatchResult) -> Unit,
) {
    val runs = HashMap<Int, Run>()
    try {
        Batch(concurrency.coerceAtLeast(1).toUInt(), Random.nextULong()).use { batch ->
            val driver = BatchDriver(batch)
            requests.forEachIndexed { index, request ->
                val observers = Observers(onProgress?.let { { progress -> it(index, progress) } })
                try {
                    val outputs = Outputs(request.saveTo)
                    val run = Run(api(body = request.machine(observers)), transport, outputs, request.source.uploads, observers)
                    runs[index] = run
                    driver.add(index, run)
                } catch (refused: CloudConvertException) {
                    onEnd(BatchResult(index, request, Result.failure(refused)))
                }
            }
            driver.drive { index, output ->
                val outputs = runs.getValue(index).outputs
                val result = runCatching { writing(outputs) { converted(output.getOrThrow(), outputs) } }
                onEnd(BatchResult(index, requests[index], result))
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
