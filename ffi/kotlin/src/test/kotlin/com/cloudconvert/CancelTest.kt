package com.cloudconvert

import java.io.InputStream
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

/** What is given up is gone, here and on the service. */
class CancelTest : SandboxCase() {
    @Test
    fun `cancelling leaves nothing on the service and nothing on the disk`(): Unit = runBlocking {
        faults("""{"kind": "run", "delay_ms": 60000}""")
        val converting = CompletableDeferred<Unit>()
        val job = launch {
            client.convert(Source.file(sample), folder.resolve("photo.jpg")) {
                onProgress = { if (it.stage == Progress.Stage.CONVERT) converting.complete(Unit) }
            }
        }
        converting.await()
        job.cancelAndJoin()
        assertEquals("delete", requests().last())
        assertEquals(emptyList(), left())
    }

    @Test
    fun `ending a flow early cancels`(): Unit = runBlocking {
        faults("""{"kind": "run", "delay_ms": 60000}""")
        client.conversion(Source.file(sample), folder.resolve("photo.jpg"))
            .first { it is ConversionUpdate.Progressed && it.progress.stage == Progress.Stage.CONVERT }
        assertEquals("delete", requests().last())
        assertEquals(emptyList(), left())
    }

    @Test
    fun `what onProgress throws ends the conversion and cleans up`(): Unit = runBlocking {
        assertFailsWith<IllegalStateException> {
            client.convert(Source.file(sample), folder.resolve("photo.jpg")) {
                onProgress = { check(it.stage != Progress.Stage.CONVERT) { "enough" } }
            }
        }
        assertEquals("delete", requests().last())
        assertEquals(emptyList(), left())
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
        val run = async { client.convert(stalls, folder.resolve("photo.jpg")) }
        reading.await()
        run.cancelAndJoin()
        assertFailsWith<CancellationException> { run.await() }
        assertEquals("delete", requests().last())
    }

    @Test
    fun `cancelling a creation leaves no process`(): Unit = runBlocking {
        faults("""{"kind": "create", "delay_ms": 300}""")
        val sent = CompletableDeferred<Unit>()
        val job = launch {
            client.convert(Source.file(sample), folder.resolve("photo.jpg")) { onProgress = { if (it.sent > 0) sent.complete(Unit) } }
        }
        sent.await()
        job.cancelAndJoin()
        assertEquals(listOf<String?>("create", "delete"), requests())
    }
}
