package com.cloudconvert

import java.nio.file.Path
import kotlin.concurrent.thread
import kotlin.io.path.createDirectory
import kotlin.io.path.createSymbolicLinkPointingTo
import kotlin.io.path.isDirectory
import kotlin.io.path.isSymbolicLink
import kotlin.io.path.name
import kotlin.io.path.readBytes
import kotlin.io.path.readText
import kotlin.io.path.writeText
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.runBlocking

/** Where outputs go, by what stands there. */
class PlacesTest : SandboxCase() {
    private val source = Source.file(sample)

    private fun pipe(): Path = folder.resolve("pipe.jpg").also { assertEquals(0, ProcessBuilder("mkfifo", "$it").start().waitFor()) }

    @Test
    fun `a link stays, and the file that it leads to is replaced`(): Unit = runBlocking {
        val file = folder.resolve("file").apply { writeText("before") }
        val link = folder.resolve("link.jpg").createSymbolicLinkPointingTo(file)
        assertEquals(listOf(link), client.convert(source, link).files)
        assertTrue(link.isSymbolicLink())
        assertJpeg(file)
    }

    @Test
    fun `a pipe is written, and stays`(): Unit = runBlocking {
        val pipe = pipe()
        var read = ByteArray(0)
        val reader = thread { read = pipe.readBytes() }
        assertEquals(listOf(pipe), client.convert(source, pipe).files)
        reader.join()
        assertEquals(listOf<Byte>(-1, -40, -1), read.take(3))
        assertEquals(listOf(pipe.name), left())
    }

    @Test
    fun `a pipe that is not read holds nothing up beyond the deadline`(): Unit = runBlocking {
        val failure = assertFailsWith<CloudConvertException.Timeout> { client.convert(source, pipe()) { deadline = 3.seconds } }
        assertTrue("that a pipe is read; the service still has the output" in failure.message.orEmpty(), failure.message)
        assertFalse("delete" in requests())
    }

    @Test
    fun `what is no file is never replaced in a folder`(): Unit = runBlocking {
        folder.resolve("sample.jpg").createDirectory()
        folder.resolve("sample (1).jpg").writeText("older")
        val result = client.convert(source, folder) {
            to = "jpg"
            overwrite = true
        }
        assertEquals(listOf("sample (1).jpg"), result.files.map { it.name })
        assertTrue(folder.resolve("sample.jpg").isDirectory())
        assertJpeg(result.files.single())
    }

    @Test
    fun `what cannot be written is told before anything is asked for`(): Unit = runBlocking {
        val file = folder.resolve("file").apply { writeText("mine") }
        assertFailsWith<CloudConvertException.OutputUnwritable> { client.convert(source, folder.resolve("missing/photo.jpg")) }
        assertFailsWith<CloudConvertException.BadRequest> {
            client.convert(source, file) {
                to = "jpg"
                download = FollowOptions.Download.EACH
            }
        }
        assertFailsWith<CloudConvertException.OutputUnwritable> {
            client.convert(source, file.resolve("new")) {
                to = "jpg"
                download = FollowOptions.Download.EACH
            }
        }
        assertEquals(emptyList(), requests())
        assertEquals("mine", file.readText())
    }

    @Test
    fun `a folder that is not there yet stays one where it goes on, with another policy`(): Unit = runBlocking {
        val new = folder.resolve("new.2024")
        val states = mutableListOf<String>()
        assertFailsWith<CancellationException> {
            client.convert(source, new) {
                to = "jpg"
                download = FollowOptions.Download.EACH
                checkpoint = {
                    states += it
                    throw CancellationException("enough")
                }
            }
        }
        new.toFile().deleteRecursively()
        admin("DELETE", "requests")
        val result = client.resume(states.single(), new, source) { delete = false }
        assertTrue(new.isDirectory())
        assertEquals(listOf("sample.jpg"), result.files.map { it.name })
        assertFalse("delete" in requests())
    }
}
