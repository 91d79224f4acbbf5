package com.cloudconvert

import com.cloudconvert.internal.text
import java.io.IOException
import kotlin.io.path.createDirectories
import kotlin.io.path.name
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertNotNull
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

/** Parts of a conversion, and many of them. */
class FurtherTest : SandboxCase() {
    @Test
    fun `a program without the key uploads and follows`(): Unit = runBlocking {
        // An empty key is none.
        listOf(null, "").forEach { key ->
            val prepared = client.prepare("photo.png") { to = "jpg" }
            val page = CloudConvert(key)
            page.upload(prepared.ticket, Source.file(sample))
            val result = page.follow(prepared.ticket, folder.resolve("photo.jpg"))
            assertJpeg(result.files.single())
        }
    }

    @Test
    fun `outputs without a place come into memory`(): Unit = runBlocking {
        val result = client.convert(Source.file(sample)) { to = "jpg" }
        assertEquals(emptyList(), result.files)
        val content = result.contents.single()
        assertEquals("sample.jpg", content.name)
        assertEquals(listOf(0xff, 0xd8, 0xff, 0xff, 0xd9), (content.bytes.take(3) + content.bytes.takeLast(2)).map { it.toInt() and 0xff })
        assertEquals("delete", requests().last())
        val ended = client.convertMany(List(2) { ConversionRequest(Source.text("# Title", "page.md")) { to = "html" } }).toList()
        assertEquals(listOf("page.html", "page.html"), ended.flatMap { it.result.getOrThrow().contents }.map { it.name })
        assertEquals(emptyList(), left())
    }

    @Test
    fun `outputs can stay on the service until they are deleted`(): Unit = runBlocking {
        val result = client.convert(Source.text("# Title", "page.md")) {
            to = "html"
            download = FollowOptions.Download.NONE
        }
        assertEquals(emptyList(), result.files)
        assertEquals(emptyList(), result.contents)
        client.delete("$base/process/${result.processId}")
        assertEquals("delete", requests().last())
    }

    @Test
    fun `many are converted behind one limit`(): Unit = runBlocking {
        val running = mutableSetOf<Int>()
        fun request(index: Int) = ConversionRequest(Source.file(sample), folder.resolve("$index.jpg")) {
            onProgress = { progress ->
                if (progress.stage == Progress.Stage.DONE) running -= index else running += index
                check(running.size <= 3) { "$running" }
            }
        }
        val requests = List(12) { request(it) } +
            ConversionRequest(Source.bytes("no picture".toByteArray(), "a.png"), folder.resolve("a.jpg")) +
            ConversionRequest(Source.file(sample), folder.resolve("no/where.jpg"))
        val ended = client.convertMany(requests, concurrency = 3).toList().associate { it.index to it.result }
        assertEquals((0..13).toSet(), ended.keys)
        repeat(12) { index ->
            val files = ended.getValue(index).getOrThrow().files
            assertEquals(listOf("$index.jpg"), files.map { it.name })
            assertJpeg(files.single())
        }
        assertTrue(ended.getValue(12).exceptionOrNull() is CloudConvertException.ConversionFailed)
        assertTrue(ended.getValue(13).exceptionOrNull() is CloudConvertException.OutputUnwritable)
        assertEquals(12, left().size)
    }

    @Test
    fun `none at once is refused`(): Unit = runBlocking {
        listOf(0, -1).forEach { none ->
            val refused = assertFailsWith<CloudConvertException.BadRequest> { client.convertMany(emptyList(), concurrency = none).toList() }
            assertTrue("`concurrency`" in refused.message.orEmpty())
        }
    }

    @Test
    fun `an output that cannot be named stays on the service`(): Unit = runBlocking {
        val output = folder.resolve("photo.jpg")
        val inTheWay = { progress: Progress -> if (progress.stage == Progress.Stage.CONVERT) output.resolve("something").createDirectories() }
        val failure = assertFailsWith<CloudConvertException.OutputUnwritable> { client.convert(Source.file(sample), output) { onProgress = { inTheWay(it) } } }
        assertTrue(failure.cause is IOException, "${failure.cause}")
        output.toFile().deleteRecursively()
        val ended = client.convertMany(listOf(ConversionRequest(Source.file(sample), output) { onProgress = { inTheWay(it) } })).toList().single()
        assertTrue(ended.result.exceptionOrNull() is CloudConvertException.OutputUnwritable, "${ended.result}")
        assertEquals(2, requests().count { it == "download" })
        assertFalse("delete" in requests())
        assertEquals(listOf("photo.jpg"), left())
    }

    @Test
    fun `a file that changes is not sent again`(): Unit = runBlocking {
        for ((size, how) in listOf(3L to "longer", 5L to "shorter")) {
            val changed = Source.Upload("note.txt", size) { "four".byteInputStream() }
            val failure = assertFailsWith<CloudConvertException.InputUnreadable> { client.convert(changed) { to = "pdf" } }
            assertTrue("it is $how than it was" in failure.message.orEmpty(), failure.message)
        }
    }

    @Test
    fun `ending many early cancels them`(): Unit = runBlocking {
        faults("""{"kind": "run", "delay_ms": 60000}""")
        val converting = Channel<Int>(Channel.UNLIMITED)
        val requests = List(4) { index ->
            ConversionRequest(Source.file(sample), folder.resolve("$index.jpg")) {
                onProgress = { if (it.stage == Progress.Stage.CONVERT) converting.send(index) }
            }
        }
        val job = launch { client.convertMany(requests).collect() }
        val seen = mutableSetOf<Int>()
        while (seen.size < 4) seen += converting.receive()
        job.cancelAndJoin()
        assertEquals(4, requests().count { it == "delete" })
        assertEquals(emptyList(), left())
    }

    @Test
    fun `single calls`(): Unit = runBlocking {
        assertEquals(listOf("png" to "jpg"), client.formats("png", "jpg").map { it.from to it.to })
        val created = client.create(Source.file(sample)) { to = "jpg" }
        var status = client.start(created.url, Source.file(sample)) { to = "jpg" }
        assertEquals("input", status.step)
        client.upload(status.uploadUrl!!, Source.file(sample))
        while (status.step != "finished") {
            delay(20)
            status = client.status(created.url)
        }
        assertEquals("sample.jpg", status.filename)
        assertEquals("finished", client.processes().first { it.id == created.id }.step)
        val output = folder.resolve("mine.jpg")
        client.download(status.url!!, output)
        assertJpeg(output)
        assertEquals(listOf("mine.jpg"), left())
        client.delete(created.url)
        val gone = assertFailsWith<CloudConvertException.NotFound> { client.status(created.url) }
        assertEquals("GET" to created.url, gone.method to gone.url)
        assertNotNull(gone.serviceMessage)
        faults("""{"kind": "types", "times": 1, "status": 502}""")
        assertEquals(1, client.formats("png", "jpg").size)
    }

    @Test
    fun `single calls can wait for the end`(): Unit = runBlocking {
        val source = Source.base64("IyBUaXRsZQ==", "page.md")
        val created = client.create(source) { to = "html" }
        assertEquals("finished", client.start(created.url, source, wait = true) { to = "html" }.step)
        assertEquals("finished", client.status(created.url, wait = true).step)
        client.delete(created.url)
    }

    @Test
    fun `what called back is read`() {
        val callback = client.callback("/done?id=7&step=finished")
        assertEquals("7" to "finished", callback.id to callback.step)
        assertFailsWith<CloudConvertException.BadRequest> { client.calledBack("step=finished") }
        assertFailsWith<CloudConvertException.UntrustedUrl> { client.callback("url=//evil.example/process/7") }
    }

    @Test
    fun `single calls have the patience of the client`(): Unit = runBlocking {
        faults("""{"kind": "types", "times": 1, "status": 502}""")
        val impatient = CloudConvert(key) {
            baseUrl = "$base/v1"
            retries = 0
        }
        val failure = assertFailsWith<CloudConvertException> { impatient.formats() }
        assertEquals(502, failure.status)
    }

    @Test
    fun `a request times out where the client says so`(): Unit = runBlocking {
        faults("""{"kind": "types", "delay_ms": 60000}""")
        val impatient = CloudConvert(key) {
            baseUrl = "$base/v1"
            requestTimeout = 200.milliseconds
        }
        val failure = assertFailsWith<CloudConvertException.Network> { impatient.formats() }
        assertTrue(failure.isRetryable)
    }
}
