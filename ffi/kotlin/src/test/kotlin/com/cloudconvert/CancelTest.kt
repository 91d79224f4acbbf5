package com.cloudconvert

import java.io.InputStream
import java.nio.file.Files
import java.util.logging.Handler
import java.util.logging.LogRecord
import java.util.logging.Logger
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertTrue
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import okhttp3.Call
import okhttp3.EventListener
import okhttp3.OkHttpClient

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
        assertTrue("delete" in requests())
        assertEquals(emptyList(), left())
    }

    @Test
    fun `ending a flow early cancels`(): Unit = runBlocking {
        faults("""{"kind": "run", "delay_ms": 60000}""")
        client.conversion(Source.file(sample), folder.resolve("photo.jpg"))
            .first { it is ConversionUpdate.Progressed && it.progress.stage == Progress.Stage.CONVERT }
        assertTrue("delete" in requests())
        assertEquals(emptyList(), left())
    }

    @Test
    fun `what onProgress throws is told and ends nothing`(): Unit = runBlocking {
        val told = mutableListOf<Throwable>()
        val handler = CoroutineExceptionHandler { _, failure -> told += failure }
        val logged = mutableListOf<LogRecord>()
        val log = Logger.getLogger("com.cloudconvert")
        val listener = object : Handler() {
            override fun publish(record: LogRecord) = logged.plusAssign(record)

            override fun flush() = Unit

            override fun close() = Unit
        }
        log.addHandler(listener)
        try {
            val convert = suspend {
                client.convert(Source.file(sample), folder.resolve("photo.jpg")) { onProgress = { error("a mistake") } }
            }
            withContext(handler) { convert() }
            assertEquals(setOf("a mistake"), told.map { it.message }.toSet())
            assertEquals(emptyList(), logged)
            convert()
            assertEquals(setOf("a mistake"), logged.map { it.thrown.message }.toSet())
        } finally {
            log.removeHandler(listener)
        }
        assertJpeg(folder.resolve("photo.jpg"))
    }

    @Test
    fun `an output that cannot be named stays on the service`(): Unit = runBlocking {
        val output = folder.resolve("photo.jpg")
        val inTheWay = output.resolve("in the way")
        val failure = assertFailsWith<CloudConvertException.OutputUnwritable> {
            client.convert(Source.file(sample), output) { onProgress = { Files.createDirectories(inTheWay) } }
        }
        assertTrue(failure.message.orEmpty().endsWith("the service still has the output of ${failure.processId}: follow that to load it"), failure.message)
        assertFalse("delete" in requests())
        val second = folder.resolve("second.jpg")
        val blocked = ConversionRequest(Source.file(sample), second) {
            to = "jpg"
            onProgress = { Files.createDirectories(second.resolve("in the way")) }
        }
        val many = client.convertMany(listOf(blocked)).toList()
        val told = many.single().result.exceptionOrNull()
        assertTrue("the service still has the output of " in told?.message.orEmpty(), told?.message)
        assertFalse("delete" in requests())
        client.processes().collect { client.delete(it.url!!) }
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
        assertTrue("delete" in requests())
    }

    @Test
    fun `cancelling a creation leaves no process`(): Unit = runBlocking {
        faults("""{"kind": "create", "delay_ms": 300}""")
        val sent = CompletableDeferred<Unit>()
        val listener = object : EventListener() {
            override fun requestBodyEnd(call: Call, byteCount: Long) {
                sent.complete(Unit)
            }
        }
        val client = CloudConvert(key) {
            baseUrl = "$base/v1"
            http = OkHttpClient.Builder().eventListener(listener).build()
        }
        val job = launch { client.convert(Source.file(sample), folder.resolve("photo.jpg")) }
        sent.await()
        job.cancelAndJoin()
        assertEquals(listOf<String?>("create", "delete"), requests())
    }
}
