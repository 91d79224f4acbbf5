package com.cloudconvert

import com.cloudconvert.internal.Service
import com.cloudconvert.internal.text
import java.io.File
import java.nio.file.Path
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.io.path.name
import kotlin.io.path.readText
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.jsonObject

/** Replays tests/vectors through the client, in virtual time: the script is the network. */
@OptIn(ExperimentalCoroutinesApi::class)
class VectorTest {
    @Test
    fun `every vector is replayed`() = replayAll("../../tests/vectors")

    @Test
    fun `every callback is replayed`() = replayAll("../../tests/vectors/callbacks")

    @Test
    fun `every vector of version 2 is replayed`() = replayAll("../../tests/vectors/v2")

    @Test
    fun `a replay fails for what is wrong`() {
        val right = File("../../tests/vectors/v2/upload.json").readText()
        for ((from, to) in WRONG) {
            assertTrue(from in right, from)
            val wrong = Json.parseToJsonElement(right.replaceFirst(from, to)).jsonObject
            assertTrue(runCatching { runTest { replay(wrong) } }.isFailure, "$to is right too")
        }
    }

    private fun replayAll(folder: String) = forEachVector(folder) { vector -> runTest { replay(vector) } }

    private suspend fun TestScope.replay(vector: JsonObject) {
        val folder = File.createTempFile("vector", "").apply { delete() }.apply { mkdir() }
        val script = Script(vector, this, clock = { START + testScheduler.currentTime })
        val client = scripted(vector, script)
        script.onCalled = client::calledBack
        // What the output is to become is there already.
        val saved = vector.text("saveTo")?.let { name -> folder.resolve(name).apply { writeText("before") } }
        try {
            val run = async { runCatching { run(client, vector, (saved ?: folder).toPath(), script) } }
            script.job = run
            val result = runCatching { run.await().getOrThrow() }
            check(vector["outcome"]!!.jsonObject, result)
            script.finished()
            saved?.let { assertEquals(listOf(it.name to "before"), folder.listFiles()?.map { file -> file.name to file.readText() }) }
            (result.getOrNull() as? ConversionResult)?.let { assertEquals(it.files.size, folder.list()?.size, "files in the folder") }
        } finally {
            folder.deleteRecursively()
        }
    }

    /** What the vector wants, by the function of its name. */
    private suspend fun run(client: CloudConvert, vector: JsonObject, folder: Path, script: Script): Any {
        val (wish, url) = Wish(vector) to vector.text("url").orEmpty()
        return with(wish) {
            when (vector.text("run")) {
                "convert" -> client.convert(request(folder).apply { options.checkpoint = script.checkpoint })
                "prepare" -> client.prepare(name) { setJob() }
                "upload" -> client.upload(url, file) { onProgress = {} }
                "follow" -> client.follow(url, folder) { setPolicy() }
                "delete" -> client.delete(url) { setPatience() }
                else -> error("unknown run")
            }
        }
    }

    private fun check(outcome: JsonObject, result: Result<Any>) {
        val failure = result.exceptionOrNull()
        val expected = outcome.text("error")
        if (expected == "cancelled") {
            assertTrue(failure is CancellationException, "$failure")
        } else if (expected != null) {
            // What cannot be written has to be refused where it can.
            if (failure is NotInTheTypes) return assertEquals("bad_request", expected)
            assertTrue(failure is CloudConvertException, "$failure")
            checkFailure(outcome, failure)
        } else {
            when (val output = result.getOrThrow()) {
                is ConversionResult -> checkOutput(outcome, output)
                is Prepared -> {
                    outcome.text("processId")?.let { assertEquals(it, output.processId) }
                    outcome.text("processUrl")?.let { assertEquals(it, output.processUrl) }
                    outcome.text("uploadUrl")?.let { assertEquals(it, output.uploadUrl) }
                }
            }
        }
    }

    private fun checkOutput(outcome: JsonObject, output: ConversionResult) {
        val wanted = outcome["files"]!!.jsonObject.mapValues { (_, text) -> (text as JsonPrimitive).content }
        assertEquals(wanted, output.files.associate { it.name to it.readText() })
        outcome.text("processId")?.let { assertEquals(it, output.processId) }
        outcome.text("processUrl")?.let { assertEquals(it, output.processUrl) }
        outcome.text("url")?.let { assertEquals(it, output.url) }
        outcome.text("filename")?.let { assertEquals(it, output.filename) }
        outcome["info"]?.let { assertEquals(it, output.info) }
    }

    private companion object {
        const val START = 1_700_000_000_000L

        /** What makes a script another one. */
        val WRONG = listOf(
            "POST https://api.example.com/v2/jobs" to "POST https://api.example.com/v2/job",
            "\"key\": true" to "\"key\": false",
            "\"archive_multiple_files\": true" to "\"archive_multiple_files\": false",
            "\"acl\",\n" to "\"acl2\",\n",
            "\"file\": \"photo.png\"" to "\"file\": \"other.png\"",
            "DELETE https" to "PUT https",
            "\"script\": [" to "\"script\": [{\"wait\": [1, 1]},",
            "\"JPEG..\"\n" to "\"JPG\"\n",
            "\"outcome\": {" to "\"outcome\": {\"error\": \"network\",",
        )
    }
}

/** A client whose network and whose clock are those of a script. */
internal fun scripted(vector: JsonObject, script: Script): CloudConvert =
    CloudConvert(Service(vector.text("key"), vector.text("base"), emptyList(), script, PatienceOptions(), script.clock, EmptyCoroutineContext) { 1uL })

internal fun checkFailure(outcome: JsonObject, failure: CloudConvertException) {
    assertEquals(outcome.text("error"), failure.code, failure.message)
    assertTrue(outcome.text("message").orEmpty() in failure.message.orEmpty(), failure.message)
    outcome.text("status")?.let { assertEquals(it, failure.status.toString()) }
    outcome.text("isRetryable")?.let { assertEquals(it, failure.isRetryable.toString()) }
    outcome.text("retryAfter")?.let { assertEquals(it, failure.retryAfter?.inWholeMilliseconds.toString()) }
    outcome.text("processId")?.let { assertEquals(it, failure.processId) }
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
