package com.cloudconvert

import java.nio.file.Files
import kotlin.io.path.name
import kotlin.io.path.readBytes
import kotlin.io.path.readText
import kotlin.io.path.writeText
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertTrue
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.async
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext

/** Conversions that go on later, perhaps in another program. */
class ResumeTest : SandboxCase() {
    @Test
    fun `a conversion that was saved before it began goes on`(): Unit = runBlocking {
        val saved = mutableListOf<String>()
        val output = folder.resolve("photo.jpg")
        assertFailsWith<CancellationException> {
            client.convert(Source.file(sample), output) {
                checkpoint = {
                    saved += it
                    if (saved.size == 3) throw CancellationException("enough")
                }
            }
        }
        assertEquals(3, saved.size, "whoever has cancelled is asked no more")
        assertEquals("delete", requests().last())
        assertEquals(emptyList(), left())
        assertFalse(saved.any { key in it })
        val result = CloudConvert(key) { baseUrl = "$base/v1" }.resume(saved.first(), output, Source.file(sample))
        assertEquals(listOf(output), result.files)
        assertJpeg(output)
        assertFailsWith<CloudConvertException.BadRequest> { client.resume("{}", output) }
    }

    @Test
    fun `a job that needs no format is told by its mode`(): Unit = runBlocking {
        val saved = mutableListOf<String>()
        val second = CloudConvert(key) { baseUrl = "$base/v2" }
        val drawing = Source.text("<svg/>", "drawing.svg")
        assertFailsWith<CancellationException> {
            second.convert(drawing) {
                mode = Mode.OPTIMIZE
                checkpoint = {
                    saved += it
                    throw CancellationException("enough")
                }
            }
        }
        val other = assertFailsWith<CloudConvertException.BadRequest> {
            second.resume(saved.single(), source = drawing) { mode = Mode.WATERMARK }
        }
        assertTrue("does not match" in other.message.orEmpty(), other.message)
    }

    @Test
    fun `what a checkpoint throws is told and ends nothing`(): Unit = runBlocking {
        val told = mutableListOf<Throwable>()
        val handler = CoroutineExceptionHandler { _, failure -> told += failure }
        var called = 0
        val broken = ConversionRequest(Source.file(sample), folder.resolve("a.jpg")) {
            checkpoint = {
                called++
                error("the disk is full")
            }
        }
        withContext(handler) { assertJpeg(client.convert(broken).files.single()) }
        assertTrue(called > 3, "the next state is told all the same")
        assertEquals(List<String?>(called) { "the disk is full" }, told.map { it.message })
        val whole = ConversionRequest(Source.file(sample), folder.resolve("b.jpg"))
        withContext(handler) {
            client.convertMany(listOf(broken, whole)).toList().forEach { assertJpeg(it.result.getOrThrow().files.single()) }
        }
        assertEquals(listOf("a.jpg", "b.jpg"), left().sorted())
        assertEquals(3, requests().count { it == "delete" })
    }

    @Test
    fun `a checkpoint that cancels ends its own conversion only`(): Unit = runBlocking {
        val given = ConversionRequest(Source.file(sample), folder.resolve("a.jpg")) {
            checkpoint = { if (""""step":"check"""" in it) throw CancellationException("enough") }
        }
        val whole = ConversionRequest(Source.file(sample), folder.resolve("b.jpg"))
        val ended = client.convertMany(listOf(given, whole)).toList().associate { it.index to it.result }
        assertTrue(ended.getValue(0).exceptionOrNull() is CancellationException)
        assertJpeg(ended.getValue(1).getOrThrow().files.single())
        assertEquals(listOf("b.jpg"), left())
    }

    @Test
    fun `an output without a place comes into memory`(): Unit = runBlocking {
        val saved = mutableListOf<String>()
        client.convert(Source.file(sample), folder.resolve("a.jpg")) { checkpoint = { saved += it } }
        val result = client.resume(saved.first(), source = Source.file(sample))
        assertEquals(emptyList(), result.files)
        assertEquals(listOf("sample.jpg"), result.contents.map { it.name })
        assertEquals("delete", requests().last())
    }

    @Test
    fun `what was in memory is loaded anew`(): Unit = runBlocking {
        val saved = mutableListOf<String>()
        val first = client.convert(Source.file(sample)) {
            to = "jpg"
            delete = false
            checkpoint = { saved += it }
        }
        assertEquals(listOf("sample.jpg"), first.contents.map { it.name })
        val result = client.resume(saved.last(), folder.resolve("photo.jpg"))
        assertJpeg(result.files.single())
        assertEquals(first.contents.single().bytes.toList(), result.files.single().readBytes().toList())
    }

    @Test
    fun `a saved conversion is uploaded once`(): Unit = runBlocking {
        faults("""{"kind": "run", "delay_ms": 1500}""")
        val saved = CompletableDeferred<String>()
        val (mine, output) = folder.resolve("mine.jpg") to folder.resolve("photo.jpg")
        val first = async {
            client.convert(Source.file(sample), mine) {
                delete = false
                checkpoint = { if (""""step":"follow"""" in it) saved.complete(it) }
            }
        }
        val result = CloudConvert(key) { baseUrl = "$base/v1" }.resume(saved.await(), output)
        first.await()
        assertEquals(listOf(output), result.files)
        assertJpeg(output)
        assertEquals(1, requests().count { it == "upload" })
    }

    /** The program ends after an output got its name, and before it could tell that it had. */
    @Test
    fun `an output in a folder stands there once`(): Unit = runBlocking {
        for (isTaken in listOf(false, true)) {
            val own = folder.resolve("sample.jpg")
            if (isTaken) own.writeText("the user's own")
            val saved = mutableListOf<String>()
            // So nothing is told after the name was given.
            val first = client.convert(Source.file(sample), folder) {
                to = "jpg"
                delete = false
                checkpoint = { saved += it }
            }
            assertTrue("marks" in saved.last() && saved.count { "marks" in it } == 1, "$saved")
            val (file, before) = first.files.single() to left().sorted()
            val number = Files.getAttribute(file, "unix:ino")
            assertEquals(if (isTaken) "sample (1).jpg" else "sample.jpg", file.name)

            val result = CloudConvert(key) { baseUrl = "$base/v1" }.resume(saved.last(), folder)
            assertEquals(listOf(file), result.files)
            assertEquals(before, left().sorted())
            assertEquals(number, Files.getAttribute(file, "unix:ino"), "what stood there stays")
            assertJpeg(file)
            if (isTaken) assertEquals("the user's own", own.readText())
            Files.delete(file)
        }
    }

    @Test
    fun `a name that an output has is known afterwards`(): Unit = runBlocking {
        folder.resolve("sample.jpg").writeText("the user's own")
        val saved = mutableListOf<String>()
        val first = client.convert(Source.file(sample), folder) {
            to = "jpg"
            checkpoint = { saved += it }
        }
        assertTrue("marks" !in saved.last() && "named" in saved.last())
        // Its process is deleted by now.
        assertEquals(first.files, client.resume(saved.last(), folder).files)
        assertEquals(listOf("sample (1).jpg", "sample.jpg"), left().sorted())
    }
}
