package com.cloudconvert

import com.sun.net.httpserver.HttpServer
import java.net.InetSocketAddress
import java.net.ServerSocket
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.concurrent.thread
import kotlin.io.path.createDirectory
import kotlin.io.path.exists
import kotlin.io.path.name
import kotlin.io.path.readBytes
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.add
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import kotlinx.serialization.json.putJsonObject

/** Version 2 of the API: conversions, jobs of one's own, and the single calls that it has. */
class Version2Test : SandboxCase() {
    private val second = CloudConvert(key) { baseUrl = "$base/v2" }

    @Test
    fun `a file is converted`(): Unit = runBlocking {
        val stages = mutableListOf<Progress.Stage>()
        val result = second.convert(Source.file(sample), folder.resolve("photo.jpg")) { onProgress = { stages += it.stage } }
        assertJpeg(result.files.single())
        assertTrue(Progress.Stage.UPLOAD in stages && stages.last() == Progress.Stage.DONE, "$stages")
        val small = second.convert(Source.file(sample), folder.resolve("small.png")) {
            mode = Mode.THUMBNAIL
            options { put("width", 16) }
        }
        assertEquals("small.png", small.files.single().name)
    }

    @Test
    fun `what costs is repeated where it never left`(): Unit = runBlocking {
        val free = ServerSocket(0).use { it.localPort }
        ServerSocket(0).use { server ->
            thread(isDaemon = true) { runCatching { while (true) server.accept().use { it.getInputStream().read() } } }
            val breaks = "127.0.0.1:${server.localPort}/v2"
            suspend fun failure(base: String, seen: (Progress) -> Unit = {}) = assertFailsWith<CloudConvertException.Network>(base) {
                CloudConvert(key) { baseUrl = base }.convert(Source.file(sample), folder.resolve("a.jpg")) {
                    retries = 1
                    onProgress = { seen(it) }
                }
            }
            for (base in listOf("http://127.0.0.1:$free/v2", "http://service.invalid/v2", "https://$breaks")) {
                val attempts = mutableListOf<Int>()
                val unreached = failure(base) { attempts += it.attempt }
                assertTrue(unreached.isRetryable && "cannot be reached" in unreached.message.orEmpty(), unreached.message)
                assertEquals(1, attempts.max(), base)
            }
            val lost = failure("http://$breaks")
            assertTrue(!lost.isRetryable && "may have been created" in lost.message.orEmpty(), lost.message)
        }
    }

    @Test
    fun `a page without the key uploads what its backend prepared`(): Unit = runBlocking {
        val prepared = second.prepare("photo.png") { to = "jpg" }
        assertNull(prepared.uploadUrl)
        CloudConvert { baseUrl = "$base/v2" }.upload(prepared.ticket, Source.file(sample))
        assertJpeg(second.follow(prepared.ticket, folder.resolve("photo.jpg")).files.single())
    }

    private val tasks = buildJsonObject {
        putJsonObject("photo") { put("operation", "import/upload") }
        putJsonObject("jpg") {
            put("operation", "convert")
            put("input", "photo")
            put("output_format", "jpg")
        }
        putJsonObject("files") {
            put("operation", "export/url")
            putJsonArray("input") { listOf("photo", "jpg").forEach { add(it) } }
        }
    }

    @Test
    fun `a job of one's own`(): Unit = runBlocking {
        val states = mutableListOf<String>()
        val result = second.run(tasks, mapOf("photo" to Source.file(sample)), folder) {
            download = FollowOptions.Download.EACH
            checkpoint = { states += it }
        }
        assertEquals(listOf("sample.jpg", "sample.png"), result.files.map { it.name }.sorted())
        assertEquals(sample.readBytes().size, folder.resolve("sample.png").readBytes().size)
        // Saved before it began: all is said once more.
        val source = Source.Tasks(tasks, mapOf("photo" to Source.file(sample)))
        val again = second.resume(states.first(), folder.resolve("again").createDirectory(), source)
        assertEquals(listOf("sample.jpg", "sample.png"), again.files.map { it.name }.sorted())
        val unwritable = assertFailsWith<CloudConvertException.OutputUnwritable> {
            second.run(tasks, mapOf("photo" to Source.file(sample)), folder.resolve("one"))
        }
        // Neither has the name, and the service still has both.
        val said = "there are 2 outputs, and a place for one; name a folder for them; the service still has the output of ${unwritable.processId}: "
        assertTrue(said in unwritable.message.orEmpty(), unwritable.message)
        assertFalse(folder.resolve("one").exists())
        val failure = assertFailsWith<CloudConvertException.BadRequest> { second.run(tasks, saveTo = folder) }
        assertTrue("`photo` has no file" in failure.message.orEmpty(), failure.message)
    }

    @Test
    fun `the account, its jobs and their tasks`(): Unit = runBlocking {
        assertNotNull(second.me().credits)
        assertTrue(second.operations("convert", from = "png", to = "jpg").all { it.operation == "convert" && it.to == "jpg" })
        assertEquals(listOf("png" to "jpg"), second.formats("png", "jpg").map { it.from to it.to }.distinct())
        val jobs = List(3) { second.launch(Source.text("# $it", "$it.md")) { to = "html"; tag("of Kotlin") } }
        val ids = jobs.map { it.id }.toSet()
        // One on each page: the list goes on by itself, and only as far as it is read.
        assertEquals(ids, second.processes(tag = "of Kotlin", perPage = 1).toList().map { it.id }.toSet())
        assertEquals(2, second.processes(tag = "of Kotlin", perPage = 1).take(2).toList().size)
        while (second.status(jobs[0].url).step != "finished") continue
        assertEquals("finished", second.status(jobs[0].id!!).step)
        assertEquals(setOf("import/raw", "convert", "export/url"), second.tasks(jobs[0].id).toList().map { it.operation }.toSet())
        val export = second.tasks(jobs[0].id, operation = "export/url").first()
        second.download(second.task(export.id).files.single().url!!, folder.resolve("0.html"))
        assertNull(second.cancelTask(export.id), "it has ended already")
        val retried = second.retryTask(second.tasks(jobs[0].id, operation = "convert").first().id)
        second.deleteTask(retried.id)
        ids.forEach { second.delete(it!!) }
        assertFailsWith<CloudConvertException.NotFound> { second.status(jobs[0].url) }
        val refused = assertFailsWith<CloudConvertException.BadRequest> { second.status(jobs[1].url, wait = true) }
        assertTrue("no address that answers in the end" in refused.message.orEmpty(), refused.message)
        assertTrue("no call `create`" in assertFailsWith<CloudConvertException.BadRequest> { second.create(Source.url("https://example.org/a.png")) { to = "jpg" } }.message!!)
    }

    @Test
    fun `a conversion waits for a webhook`(): Unit = runBlocking {
        val server = HttpServer.create(InetSocketAddress("127.0.0.1", 0), 0)
        val url = "http://127.0.0.1:${server.address.port}"
        val webhook = second.createWebhook("$url/account", listOf("job.created"))
        val told = CopyOnWriteArrayList<String>()
        // The sandbox signs the webhook of a job with the key.
        for ((path, secret) in listOf("/account" to webhook.secret!!, "/job" to key)) {
            server.createContext(path) { exchange ->
                val verified = Webhook.verify(exchange.requestBody.readBytes(), exchange.requestHeaders.getFirst("CloudConvert-Signature"), secret)
                told += "$path ${verified.event}"
                second.calledBack(verified)
                exchange.sendResponseHeaders(204, -1)
                exchange.close()
            }
        }
        server.start()
        try {
            assertEquals("$url/account", second.webhooks().toList().single { it.id == webhook.id }.url)
            faults("""{"kind": "run", "delay_ms": 700}""")
            val result = second.convert(Source.file(sample), folder.resolve("photo.jpg")) {
                callback = "$url/job"
                watch = FollowOptions.Watch.CALLBACK
            }
            assertJpeg(result.files.single())
            assertEquals(listOf("/account job.created", "/job job.finished"), told)
            val failure = assertFailsWith<CloudConvertException.BadRequest> {
                second.convert(Source.file(sample), folder.resolve("photo.jpg")) { watch = FollowOptions.Watch.CALLBACK }
            }
            assertTrue("`callback`" in failure.message.orEmpty(), failure.message)
        } finally {
            server.stop(0)
            second.deleteWebhook(webhook.id)
        }
    }
}
