package com.cloudconvert.internal

import com.cloudconvert.BatchResult
import com.cloudconvert.CloudConvertException
import com.cloudconvert.ConversionRequest
import com.cloudconvert.core.Batch
import com.cloudconvert.core.MachineException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext

/** Converts many files behind one limit and one throttle, and tells of each when it has ended. */
internal suspend fun Service.convertMany(
    requests: List<ConversionRequest>,
    concurrency: Int,
    onEnd: suspend (BatchResult) -> Unit,
) {
    val runs = HashMap<Int, Run>()
    try {
        batch(concurrency).use { batch ->
            val driver = BatchDriver(batch)
            requests.forEachIndexed { index, request ->
                try {
                    val run = run(request)
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

private fun Service.batch(concurrency: Int): Batch = try {
    Batch(concurrency.toLong(), newSeed())
} catch (refused: MachineException.Refused) {
    throw CloudConvertException.of(refused.details)
}

private fun Service.run(request: ConversionRequest): Run {
    val machine = machine(request.wish(defaults), path = request.saveTo)
    val outputs = Outputs(request.saveTo, machine.saveTo(), request.options.overwrite)
    return run(machine, outputs, request.source.uploads, observers(request.options))
}
