package com.cloudconvert

import Convert
import convertMany
import convertOnce
import convertWithFlow
import com.cloudconvert.internal.text
import java.io.File
import java.io.IOException
import java.io.InputStream
import java.nio.file.Files
import java.util.zip.ZipFile
import kotlin.test.AfterTest
import kotlin.test.BeforeTest
import kotlin.test.Test
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import okhttp3.MediaType.Companion.toMediaType
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.RequestBody.Companion.toRequestBody

/** Against the sandbox that `CLOUDCONVERT_SANDBOX` and `CLOUDCONVERT_SANDBOX_KEY` name, started with `--admin`. */
class SandboxTest {
    private val base = checkNotNull(System.getenv("CLOUDCONVERT_SANDBOX")) { "run `cargo xtask test kotlin`" }
    private val key = checkNotNull(System.getenv("CLOUDCONVERT_SANDBOX_KEY"))
    private val client = CloudConvert(key, "$base/v1")
    private val sample = File("../../npm/examples/demo/sample.png")
    private val http = OkHttpClient()
    private lateinit var folder: File

    @BeforeTest
    fun begin() {
        folder = Files.createTempDirectory("kotlin").toFile()
        admin("DELETE", "faults")
        admin("DELETE", "requests")
    }

    @AfterTest
    fun end() {
        admin("DELETE", "faults")
        folder.deleteRecursively()
    }

    @Test
    fun `a file is converted and its progress shown`(): Unit = runBlocking {
        val stages = mutableListOf<Progress.Stage>()
        val output = File(folder, "photo.jpg")
        val result = client.convert(Source.file(sample), output) { stages += it.stage }
        assertEquals(listOf(output), result.files)
        assertJpeg(output)
        assertEquals(Progress.Stage.entries.toSet(), stages.toSet())
        assertEquals(listOf("photo.jpg"), folder.list()!!.toList())
        assertTrue(requests().contains("delete"))
    }

    @Test
    fun `the service's names go into a folder and replace nothing`(): Unit = runBlocking {
        File(folder, "sample.jpg").writeText("mine")
        val result = client.convert(Source.file(sample), folder, "jpg", policy = Policy(upload = Policy.Upload.PUT))
        assertEquals(listOf("sample (1).jpg"), result.files.map { it.name })
        assertEquals("mine", File(folder, "sample.jpg").readText())
    }

    @Test
    fun `faults on the way are survived`(): Unit = runBlocking {
        faults(
            """{"kind": "create", "times": 1, "status": 503, "headers": {"Retry-After": "0"}}""",
            """{"kind": "start", "times": 1, "cut": "after"}""",
            """{"kind": "upload", "times": 1, "cut_upload_after": 1000}""",
            """{"kind": "download", "times": 1, "cut_download_after": 1000}""",
        )
        val output = File(folder, "photo.jpg")
        client.convert(Source.file(sample), output)
        assertJpeg(output)
    }

    @Test
    fun `a large upload is streamed`(): Unit = runBlocking {
        val size = 300L shl 20
        var sent = 0L
        val source = Source.Upload("zeros.txt", size) { Zeros(size) }
        val failure = assertFailsWith<CloudConvertException> {
            client.convert(source, File(folder, "zeros.png"), policy = Policy(retries = 0)) { sent = maxOf(sent, it.sent) }
        }
        assertTrue(sent >= size || failure.code == "bad_request", "$sent bytes were sent: ${failure.message}")
    }

    @Test
    fun `cancelling leaves nothing on the service and nothing on the disk`(): Unit = runBlocking {
        faults("""{"kind": "run", "delay_ms": 60000}""")
        val converting = CompletableDeferred<Unit>()
        val job = launch {
            client.convert(Source.file(sample), File(folder, "photo.jpg")) {
                if (it.stage == Progress.Stage.CONVERT) converting.complete(Unit)
            }
        }
        converting.await()
        job.cancelAndJoin()
        assertEquals("delete", requests().last())
        assertEquals(emptyList(), folder.list()!!.toList())
    }

    @Test
    fun `ending a flow early cancels`(): Unit = runBlocking {
        faults("""{"kind": "run", "delay_ms": 60000}""")
        client.conversion(Source.file(sample), File(folder, "photo.jpg"))
            .first { it is Update.Progressed && it.progress.stage == Progress.Stage.CONVERT }
        assertEquals("delete", requests().last())
        assertEquals(emptyList(), folder.list()!!.toList())
    }

    @Test
    fun `what onProgress throws ends the conversion and cleans up`(): Unit = runBlocking {
        assertFailsWith<IllegalStateException> {
            client.convert(Source.file(sample), File(folder, "photo.jpg")) {
                check(it.stage != Progress.Stage.CONVERT) { "enough" }
            }
        }
        assertEquals("delete", requests().last())
        assertEquals(emptyList(), folder.list()!!.toList())
    }

    @Test
    fun `a stalled upload ends when it is cancelled`(): Unit = runBlocking {
        val reading = CompletableDeferred<Unit>()
        val stalls = Source.Upload("photo.png", 1L shl 20) {
            object : InputStream() {
                override fun read(): Int = 0

                override fun read(bytes: ByteArray, offset: Int, length: Int): Int {
                    reading.complete(Unit)
                    Thread.sleep(10)
                    return 1
                }
            }
        }
        val run = async { client.convert(stalls, File(folder, "photo.jpg")) }
        reading.await()
        run.cancelAndJoin()
        assertFailsWith<CancellationException> { run.await() }
        assertEquals("delete", requests().last())
    }

    @Test
    fun `failures are exceptions of their own`(): Unit = runBlocking {
        val output = File(folder, "photo.jpg")
        assertFailsWith<CloudConvertException.Unauthorized> {
            CloudConvert("wrong", "$base/v1").convert(Source.file(sample), output)
        }
        assertFailsWith<CloudConvertException.BadRequest> { client.convert(Source.file(sample), File(folder, "a.mp3")) }
        assertFailsWith<CloudConvertException.ConversionFailed> {
            client.convert(Source.bytes("no picture".toByteArray(), "photo.png"), output)
        }
        val missing = Source.Upload("photo.png", 5) { throw IOException("the card was removed") }
        val failure = assertFailsWith<CloudConvertException.InputUnreadable> { client.convert(missing, output) }
        assertTrue("the card was removed" in failure.message!!, failure.message)
        assertFailsWith<CloudConvertException.OutputUnwritable> { client.convert(Source.file(sample), File(folder, "no/where.jpg")) }
        assertFailsWith<CloudConvertException.DeadlinePassed> {
            faults("""{"kind": "run", "delay_ms": 60000}""")
            client.convert(Source.file(sample), output, policy = Policy(deadline = 1.seconds))
        }
        assertEquals(emptyList(), folder.list()!!.toList())
    }

    @Test
    fun `the key goes to the base alone and into no message`(): Unit = runBlocking {
        val failure = assertFailsWith<CloudConvertException> { client.convert(Source.file(sample), File(folder, "a.mp3")) }
        assertFalse(key in failure.stackTraceToString())
        client.convert(Source.file(sample), File(folder, "photo.jpg"))
        val (withKey, without) = journal().partition { it.text("key") == "true" }
        assertEquals(setOf<String?>("create"), withKey.map { it.text("kind") }.toSet())
        assertTrue(without.map { it.text("kind") }.containsAll(listOf("start", "upload", "download", "delete")))
    }

    @Test
    fun `a program without the key uploads and follows`(): Unit = runBlocking {
        val prepared = client.prepare("photo.png", "jpg")
        val page = CloudConvert()
        page.upload(prepared.uploadUrl, Source.file(sample))
        val result = page.follow(prepared.processUrl, File(folder, "photo.jpg"))
        assertJpeg(result.files.single())
    }

    @Test
    fun `outputs can stay on the service until they are deleted`(): Unit = runBlocking {
        val result = client.convert(Source.text("# Title", "page.md"), null, "html")
        assertEquals(emptyList(), result.files)
        client.delete("$base/process/${result.processId}")
        assertEquals("delete", requests().last())
    }

    @Test
    fun `several files become one archive`(): Unit = runBlocking {
        val sources = Source.Uploads(listOf(Source.bytes("one".toByteArray(), "one.txt"), Source.bytes("two".toByteArray(), "two.txt")))
        val result = client.convert(sources, File(folder, "both.zip"), job = JobOptions(mode = Mode.ARCHIVE))
        ZipFile(result.files.single()).use { zip ->
            assertEquals(listOf("one.txt", "two.txt"), zip.entries().toList().map { it.name }.sorted())
        }
    }

    @Test
    fun `cancelling a creation leaves no process`(): Unit = runBlocking {
        faults("""{"kind": "create", "delay_ms": 300}""")
        val sent = CompletableDeferred<Unit>()
        val job = launch {
            client.convert(Source.file(sample), File(folder, "photo.jpg")) { if (it.sent > 0) sent.complete(Unit) }
        }
        sent.await()
        job.cancelAndJoin()
        assertEquals(listOf<String?>("create", "delete"), requests())
    }

    @Test
    fun `a conversion that was saved before it began goes on`(): Unit = runBlocking {
        val saved = mutableListOf<String>()
        val output = File(folder, "photo.jpg")
        assertFailsWith<IllegalStateException> {
            client.convert(Source.file(sample), output, checkpoint = {
                saved += it
                check(saved.size < 3) { "enough" }
            })
        }
        assertFalse(saved.any { key in it })
        val result = CloudConvert(key, "$base/v1").resume(saved.first(), output, Source.file(sample))
        assertEquals(listOf(output), result.files)
        assertJpeg(output)
        assertFailsWith<CloudConvertException.BadRequest> { client.resume("{}", output) }
    }

    @Test
    fun `a saved conversion is uploaded once`(): Unit = runBlocking {
        faults("""{"kind": "run", "delay_ms": 1500}""")
        val saved = CompletableDeferred<String>()
        val (mine, output) = File(folder, "mine.jpg") to File(folder, "photo.jpg")
        val first = async {
            client.convert(Source.file(sample), mine, policy = Policy(delete = false), checkpoint = {
                if (""""phase":"follow"""" in it) saved.complete(it)
            })
        }
        val result = CloudConvert(key, "$base/v1").resume(saved.await(), output)
        first.await()
        assertEquals(listOf(output), result.files)
        assertJpeg(output)
        assertEquals(1, requests().count { it == "upload" })
    }

    @Test
    fun `many are converted behind one limit`(): Unit = runBlocking {
        val wishes = List(12) { Wish(Source.file(sample), File(folder, "$it.jpg")) } +
            Wish(Source.bytes("no picture".toByteArray(), "a.png"), File(folder, "a.jpg")) +
            Wish(Source.file(sample), File(folder, "no/where.jpg"))
        val running = mutableSetOf<Int>()
        val ended = client.convertAll(wishes, atOnce = 3) { index, progress ->
            if (progress.stage == Progress.Stage.DONE) running -= index else running += index
            check(running.size <= 3) { "$running" }
        }.toList().associate { it.index to it.result }
        assertEquals((0..13).toSet(), ended.keys)
        repeat(12) { index ->
            val files = ended.getValue(index).getOrThrow().files
            assertEquals(listOf("$index.jpg"), files.map { it.name })
            assertJpeg(files.single())
        }
        assertTrue(ended.getValue(12).exceptionOrNull() is CloudConvertException.ConversionFailed)
        assertTrue(ended.getValue(13).exceptionOrNull() is CloudConvertException.OutputUnwritable)
        assertEquals(12, folder.list()!!.size)
    }

    @Test
    fun `ending many early cancels them`(): Unit = runBlocking {
        faults("""{"kind": "run", "delay_ms": 60000}""")
        val converting = Channel<Int>(Channel.UNLIMITED)
        val wishes = List(4) { Wish(Source.file(sample), File(folder, "$it.jpg")) }
        val job = launch {
            client.convertAll(wishes) { index, progress ->
                if (progress.stage == Progress.Stage.CONVERT) converting.send(index)
            }.collect()
        }
        val seen = mutableSetOf<Int>()
        while (seen.size < 4) seen += converting.receive()
        job.cancelAndJoin()
        assertEquals(4, requests().count { it == "delete" })
        assertEquals(emptyList(), folder.list()!!.toList())
    }

    @Test
    fun `single calls`(): Unit = runBlocking {
        assertEquals(listOf("png" to "jpg"), client.formats("png", "jpg").map { it.from to it.to })
        val created = client.create(Source.file(sample), "jpg")
        var status = client.start(created.url, Source.file(sample), "jpg")
        assertEquals("input", status.step)
        client.upload(status.uploadUrl!!, Source.file(sample))
        while (status.step != "finished") {
            delay(20)
            status = client.status(created.url)
        }
        assertEquals("sample.jpg", status.filename)
        assertEquals("finished", client.processes().single { it.id == created.id }.step)
        val output = File(folder, "mine.jpg")
        client.download(status.url!!, output)
        assertJpeg(output)
        assertEquals(listOf("mine.jpg"), folder.list()!!.toList())
        client.delete(created.url)
        assertFailsWith<CloudConvertException.NotFound> { client.status(created.url) }
        faults("""{"kind": "types", "times": 1, "status": 502}""")
        assertEquals(1, client.formats("png", "jpg").size)
    }

    @Test
    fun `the examples run`(): Unit = runBlocking {
        val output = File(folder, "flow.jpg")
        val shown = mutableListOf<Double>()
        val result = convertWithFlow(client, sample, output) { shown += it }
        assertJpeg(result.files.single())
        assertTrue(shown.isNotEmpty())
        assertEquals("written: [$output]", Convert.convert(client, sample, output))
        assertTrue(Convert.convert(client, sample, File(folder, "a.mp3")).startsWith("bad_request: "))
        val failures = convertMany(client, listOf(sample, File(folder, "missing.png")), folder)
        assertEquals(listOf("missing.png"), failures.map { it.substringBefore(':') })
        val state = File(folder, "state.json")
        assertJpeg(convertOnce(client, sample, output, state).files.single())
        assertFailsWith<IllegalStateException> {
            client.convert(Source.file(sample), output, checkpoint = {
                state.writeText(it)
                error("the end")
            })
        }
        assertJpeg(convertOnce(client, sample, output, state).files.single())
        assertFalse(state.exists())
    }

    private fun assertJpeg(file: File) {
        val bytes = file.readBytes()
        assertContentEquals(byteArrayOf(-1, -40, -1), bytes.take(3).toByteArray())
        assertContentEquals(byteArrayOf(-1, -39), bytes.takeLast(2).toByteArray())
    }

    private fun faults(vararg rules: String) = admin("POST", "faults", rules.joinToString(",", "[", "]"))

    private fun journal(): List<JsonObject> = Json.parseToJsonElement(admin("GET", "requests")).jsonArray.map { it.jsonObject }

    private fun requests(): List<String?> = journal().map { it.text("kind") }

    private fun admin(method: String, path: String, body: String? = null): String {
        val sent = body?.toRequestBody("application/json".toMediaType())
        val request = Request.Builder().url("$base/_admin/$path").method(method, sent).build()
        return http.newCall(request).execute().use { answer ->
            check(answer.isSuccessful) { "$method $path: ${answer.code} ${answer.body.string()}" }
            answer.body.string()
        }
    }

    private class Zeros(private var left: Long) : InputStream() {
        override fun read(): Int = if (left-- > 0) 48 else -1

        override fun read(bytes: ByteArray, offset: Int, length: Int): Int {
            if (left <= 0) return -1
            val count = minOf(length.toLong(), left).toInt()
            bytes.fill(48, offset, offset + count)
            left -= count
            return count
        }
    }
}
