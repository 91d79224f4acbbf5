package com.cloudconvert

import com.cloudconvert.core.Api
import com.cloudconvert.core.InputFile
import com.cloudconvert.core.Machine
import com.cloudconvert.core.MachineException
import com.cloudconvert.core.Output
import com.cloudconvert.internal.Driver
import com.cloudconvert.internal.Outputs
import com.cloudconvert.internal.Run
import com.cloudconvert.internal.Observers
import com.cloudconvert.internal.output
import com.cloudconvert.internal.text
import java.io.File
import java.nio.file.Path
import kotlin.io.path.name
import kotlin.io.path.readText
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertNotNull
import kotlin.test.assertTrue
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.jsonObject

/** Replays tests/vectors through the driver, in virtual time: the script is the network. */
@OptIn(ExperimentalCoroutinesApi::class)
class VectorTest {
    @Test
    fun `every vector is replayed`() = replayAll("../../tests/vectors")

    @Test
    fun `every callback is replayed`() = replayAll("../../tests/vectors/callbacks")

    private fun replayAll(folder: String) = forEachVector(folder) { vector -> runTest { replay(vector) } }

    private suspend fun TestScope.replay(vector: JsonObject) {
        val folder = File.createTempFile("vector", "").apply { delete() }.apply { mkdir() }
        val sources = contents(vector).map { Source.bytes(it.toByteArray(), "any") }
        val script = Script(vector, this, clock = { START + testScheduler.currentTime })
        val outputs = Outputs(folder.toPath())
        try {
            val run = async {
                runCatching {
                    api(vector).use { api ->
                        machine(vector, api).use {
                            val observers = Observers({}, null, script.callbacks)
                            Driver(Run(it, script, outputs, sources, observers, script.clock, EmptyCoroutineContext)).drive().output()
                        }
                    }
                }
            }
            script.job = run
            val result = runCatching { run.await().getOrThrow() }
            val files = result.getOrNull()?.let { outputs.finish(it.files) }.orEmpty()
            check(vector["outcome"]!!.jsonObject, result, files)
            script.finished()
        } finally {
            outputs.discard()
            folder.deleteRecursively()
        }
    }

    private fun api(vector: JsonObject) = Api(vector.text("base"), vector.text("url"), vector.text("key"), emptyList())

    private fun machine(vector: JsonObject, api: Api): Machine {
        val policy = vector["policy"]?.toString()
        val (job, url) = sized(vector).toString() to vector.text("url").orEmpty()
        return when (vector.text("run")) {
            "convert" -> Machine.convert(api, job, policy, 1uL)
            "prepare" -> Machine.prepare(api, job, policy, 1uL)
            "upload" -> Machine.upload(api, url, listOf(InputFile(vector["job"]!!.jsonObject.text("name")!!, size(vector, 0))), policy, 1uL)
            "follow" -> Machine.follow(api, url, policy, 1uL)
            "delete" -> Machine.delete(api, url, policy, 1uL)
            else -> error("unknown run")
        }
    }

    private fun size(vector: JsonObject, index: Int): ULong? = contents(vector).getOrNull(index)?.toByteArray()?.size?.toULong()

    /** The job, with the sizes of its uploads. */
    private fun sized(vector: JsonObject): JsonObject {
        val job = vector["job"]?.jsonObject.orEmpty().toMutableMap()
        val files = job["files"] as? JsonArray
        if (files != null) {
            job["files"] = JsonArray(files.mapIndexed { index, file ->
                if (file is JsonObject) JsonObject(file + ("size" to JsonPrimitive(size(vector, index)?.toLong()))) else file
            })
        } else if (job.text("input") == "upload") {
            job["size"] = JsonPrimitive(size(vector, 0)?.toLong())
        }
        return JsonObject(job)
    }

    private fun check(outcome: JsonObject, result: Result<Output>, files: List<Path>) {
        val failure = result.exceptionOrNull()?.let { if (it is MachineException.Refused) CloudConvertException.of(it.details) else it }
        val expected = outcome.text("error")
        if (expected == "cancelled") {
            assertTrue(failure is CancellationException, "$failure")
        } else if (expected != null) {
            assertTrue(failure is CloudConvertException, "$failure")
            assertEquals(expected, failure.code, failure.message)
            assertTrue(failure.message.orEmpty().contains(outcome.text("message").orEmpty()), failure.message)
            outcome.text("status")?.let { assertEquals(it, failure.status.toString()) }
            outcome.text("retryAfter")?.let { assertEquals(it, failure.retryAfter?.inWholeMilliseconds.toString()) }
            outcome.text("processId")?.let { assertEquals(it, failure.processId) }
        } else {
            val output = result.getOrThrow()
            val wanted = outcome["files"]!!.jsonObject.mapValues { (_, text) -> (text as JsonPrimitive).content }
            assertEquals(wanted, files.associate { it.name to it.readText() })
            assertEquals(wanted.values.map { it.toByteArray().size.toULong() }.sorted(), output.files.map { it.size }.sorted())
            outcome.text("processId")?.let { assertEquals(it, output.processId) }
            outcome.text("processUrl")?.let { assertEquals(it, output.processUrl) }
            outcome.text("uploadUrl")?.let { assertEquals(it, output.uploadUrl) }
            outcome.text("url")?.let { assertEquals(it, output.url) }
            outcome["info"]?.let { assertEquals(it, Json.parseToJsonElement(assertNotNull(output.info))) }
        }
    }

    private companion object {
        const val START = 1_700_000_000_000L
    }
}

/** Does something with every file of a folder, which then has to have some. */
internal fun forEachVector(folder: String, body: (JsonObject) -> Unit) {
    val vectors = File(folder).listFiles { file -> file.extension == "json" }.orEmpty().sorted()
    assertTrue(vectors.isNotEmpty(), "there are no vectors")
    val failures = vectors.mapNotNull { file ->
        val vector = Json.parseToJsonElement(file.readText()).jsonObject
        runCatching { body(vector) }.exceptionOrNull()?.let { "${file.name}: $it" }
    }
    assertEquals(emptyList(), failures, "of ${vectors.size} vectors these fail")
    println("${vectors.size} vectors replayed")
}

/** The contents of the files, in the order of the job. */
internal fun contents(vector: JsonObject): List<String> = when (val content = vector["content"]) {
    is JsonArray -> content.map { (it as JsonPrimitive).content }
    is JsonPrimitive -> listOf(content.content)
    else -> emptyList()
}
