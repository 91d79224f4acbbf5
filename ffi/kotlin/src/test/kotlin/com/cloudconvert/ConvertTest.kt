package com.cloudconvert

import Convert
import convertMany
import convertOnce
import convertWithFlow
import com.cloudconvert.internal.text
import java.io.IOException
import java.io.InputStream
import java.util.zip.ZipFile
import kotlin.io.path.exists
import kotlin.io.path.name
import kotlin.io.path.readText
import kotlin.io.path.writeText
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking

/** One conversion: what comes out, what goes wrong, who sees what. */
class ConvertTest : SandboxCase() {
    @Test
    fun `a file is converted and its progress shown`(): Unit = runBlocking {
        val stages = mutableListOf<Progress.Stage>()
        val output = folder.resolve("photo.jpg")
        val result = client.convert(Source.file(sample), output) { onProgress = { stages += it.stage } }
        assertEquals(listOf(output), result.files)
        assertJpeg(output)
        assertEquals(Progress.Stage.entries.toSet(), stages.toSet())
        assertEquals(listOf("photo.jpg"), left())
        assertTrue(requests().contains("delete"))
    }

    @Test
    fun `the service's names go into a folder and replace nothing`(): Unit = runBlocking {
        folder.resolve("sample.jpg").writeText("mine")
        val result = client.convert(Source.file(sample), folder) {
            to = "jpg"
            upload = UploadOptions.Upload.PUT
        }
        assertEquals(listOf("sample (1).jpg"), result.files.map { it.name })
        assertEquals("mine", folder.resolve("sample.jpg").readText())
        assertEquals(listOf("sample (2).jpg"), client.convert(Source.file(sample), folder) { to = "jpg" }.files.map { it.name })
        val replaced = client.convert(Source.file(sample), folder) {
            to = "jpg"
            overwrite = true
        }
        assertEquals(listOf("sample.jpg"), replaced.files.map { it.name })
        assertJpeg(replaced.files.single())
        assertEquals(3, left().size)
        val states = mutableListOf<String>()
        val third = client.convert(Source.file(sample), folder) {
            to = "jpg"
            checkpoint = { states += it }
        }
        assertEquals(listOf("sample (3).jpg"), third.files.map { it.name })
        assertEquals(third.files, client.resume(states.last(), folder).files, "it knows the name that was given")
    }

    @Test
    fun `a slow checkpoint holds no deletion back`(): Unit = runBlocking {
        client.convert(Source.file(sample), folder) {
            to = "jpg"
            // A deletion may stay unanswered for 2 s; what has to be done before it is sent does not count.
            checkpoint = { if (""""step":"delete"""" in it) delay(2.5.seconds) }
        }
        assertTrue(requests().contains("delete"))
    }

    @Test
    fun `a name that is no Unicode is no reason to fail`(): Unit = runBlocking {
        val result = client.convert(Source.bytes("# Hello".toByteArray(), "caf\uDCE9.md"), folder) { to = "html" }
        assertEquals(listOf("caf\uFFFD.html"), result.files.map { it.name })
    }

    @Test
    fun `each of many files goes into a folder, which is created`(): Unit = runBlocking {
        val new = folder.resolve("new")
        val sources = Source.Uploads(listOf("one", "two").map { Source.bytes(it.toByteArray(), "$it.txt") })
        val archive = client.convert(sources, folder.resolve("both.zip")) { mode = Mode.ARCHIVE }
        val result = client.convert(Source.file(archive.files.single()), new) {
            to = "zip"
            mode = Mode.EXTRACT
            download = FollowOptions.Download.EACH
        }
        assertEquals(listOf("one.txt", "two.txt"), result.files.map { it.name }.sorted())
        assertEquals("one", new.resolve("one.txt").readText())
        assertFailsWith<CloudConvertException.BadRequest> {
            client.convert(sources, new.resolve("one.txt")) { download = FollowOptions.Download.EACH }
        }
    }

    @Test
    fun `faults on the way are survived`(): Unit = runBlocking {
        faults(
            """{"kind": "create", "times": 1, "status": 503, "headers": {"Retry-After": "0"}}""",
            """{"kind": "start", "times": 1, "cut": "after"}""",
            """{"kind": "upload", "times": 1, "cut_upload_after": 1000}""",
            """{"kind": "download", "times": 1, "cut_download_after": 1000}""",
        )
        val output = folder.resolve("photo.jpg")
        client.convert(Source.file(sample), output)
        assertJpeg(output)
    }

    @Test
    fun `a large upload is streamed`(): Unit = runBlocking {
        val size = 300L shl 20
        var sent = 0L
        val source = Source.Upload("zeros.txt", size) { Zeros(size) }
        val failure = assertFailsWith<CloudConvertException> {
            client.convert(source, folder.resolve("zeros.png")) {
                retries = 0
                onProgress = { sent = maxOf(sent, it.sent) }
            }
        }
        assertTrue(sent >= size || failure.code == "bad_request", "$sent bytes were sent: ${failure.message}")
    }

    @Test
    fun `failures are exceptions of their own`(): Unit = runBlocking {
        val output = folder.resolve("photo.jpg")
        val unauthorized = assertFailsWith<CloudConvertException.Unauthorized> {
            CloudConvert("wrong") { baseUrl = "$base/v1" }.convert(Source.file(sample), output)
        }
        assertEquals(401 to false, unauthorized.status to unauthorized.isRetryable)
        assertFailsWith<CloudConvertException.BadRequest> { client.convert(Source.file(sample), folder.resolve("a.mp3")) }
        assertFailsWith<CloudConvertException.ConversionFailed> {
            client.convert(Source.bytes("no picture".toByteArray(), "photo.png"), output)
        }
        assertFailsWith<CloudConvertException.InputUnreadable> { Source.file(folder.resolve("missing.png")) }
        val missing = Source.Upload("photo.png", 5) { throw IOException("the card was removed") }
        val failure = assertFailsWith<CloudConvertException.InputUnreadable> { client.convert(missing, output) }
        assertTrue("the card was removed" in failure.message!!, failure.message)
        assertTrue(failure.cause is IOException, "${failure.cause}")
        assertFailsWith<CloudConvertException.OutputUnwritable> { client.convert(Source.file(sample), folder.resolve("no/where.jpg")) }
        assertFailsWith<CloudConvertException.Timeout> {
            faults("""{"kind": "run", "delay_ms": 60000}""")
            client.convert(Source.file(sample), output) { deadline = 1.seconds }
        }
        assertEquals(emptyList(), left())
    }

    @Test
    fun `the key goes to the base alone and into no message`(): Unit = runBlocking {
        val failure = assertFailsWith<CloudConvertException> { client.convert(Source.file(sample), folder.resolve("a.mp3")) }
        assertFalse(key in failure.stackTraceToString())
        client.convert(Source.file(sample), folder.resolve("photo.jpg"))
        val (withKey, without) = journal().partition { it.text("key") == "true" }
        assertEquals(setOf<String?>("create"), withKey.map { it.text("kind") }.toSet())
        assertTrue(without.map { it.text("kind") }.containsAll(listOf("start", "upload", "download", "delete")))
    }

    @Test
    fun `several files become one archive`(): Unit = runBlocking {
        val sources = Source.Uploads(listOf(Source.bytes("one".toByteArray(), "one.txt"), Source.bytes("two".toByteArray(), "two.txt")))
        val result = client.convert(sources, folder.resolve("both.zip")) { mode = Mode.ARCHIVE }
        ZipFile(result.files.single().toFile()).use { zip ->
            assertEquals(listOf("one.txt", "two.txt"), zip.entries().toList().map { it.name }.sorted())
        }
    }

    @Test
    fun `the examples run`(): Unit = runBlocking {
        val output = folder.resolve("flow.jpg")
        val shown = mutableListOf<Double>()
        val result = convertWithFlow(client, sample, output) { shown += it }
        assertJpeg(result.files.single())
        assertTrue(shown.isNotEmpty())
        assertEquals("written: [$output]", Convert.convert(client, sample, output))
        assertTrue(Convert.convert(client, sample, folder.resolve("a.mp3")).startsWith("bad_request: "))
        val broken = folder.resolve("broken.png").also { it.writeText("no picture") }
        val failures = convertMany(client, listOf(sample, broken), folder)
        assertEquals(listOf("broken.png"), failures.map { it.substringBefore(':') })
        val state = folder.resolve("state.json")
        assertJpeg(convertOnce(client, sample, output, state).files.single())
        assertFailsWith<CancellationException> {
            client.convert(Source.file(sample), output) {
                checkpoint = {
                    state.writeText(it)
                    throw CancellationException("the end")
                }
            }
        }
        assertJpeg(convertOnce(client, sample, output, state).files.single())
        assertFalse(state.exists())
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
