package com.cloudconvert

import com.cloudconvert.core.Header
import com.cloudconvert.core.Piece
import com.cloudconvert.core.BodyTarget
import com.cloudconvert.core.Request
import com.cloudconvert.core.Response
import com.cloudconvert.core.Sink
import com.cloudconvert.core.bodyTarget
import com.cloudconvert.internal.Outputs
import com.cloudconvert.internal.TransferListener
import com.cloudconvert.internal.Transport
import com.cloudconvert.internal.Unreached
import com.cloudconvert.internal.text
import java.io.IOException
import java.net.ConnectException
import java.security.cert.CertificateExpiredException
import javax.net.ssl.SSLHandshakeException
import java.nio.ByteBuffer
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertTrue
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.boolean
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long

/** The script of a vector as a network: it expects requests and has the answers. See tests/vectors/README.md. */
internal class Script(private val vector: JsonObject, private val scope: CoroutineScope, val clock: () -> Long) : Transport {
    private val entries = ArrayDeque(vector["script"]!!.jsonArray.map { it.jsonObject })
    private var idleSince = clock()

    /** The mark that the client chose for the names of its tasks. */
    private var mark = MARK

    /** Whether the conversion was saved since the last request. */
    private var isSaved = false

    /** What saves the conversion, where the script says when. */
    val checkpoint: (suspend (String) -> Unit)? = ::save.takeIf { entries.any { "saved" in it["expect"]?.jsonObject.orEmpty() } }

    /** Is called with the callback URL's query when the service calls back. */
    var onCalled: (String) -> Unit = {}

    /** What the user would cancel. */
    var job: Job? = null
        set(value) {
            field = value
            cancelIfDue()
        }

    override suspend fun send(request: Request, files: List<Source.Upload>, outputs: Outputs, listener: TransferListener): Response {
        checkWait()
        val entry = entry("${request.method} ${request.url}")
        check(entry["expect"]!!.jsonObject, request, files)
        entry["expect"]!!.jsonObject["saved"]?.let { assertEquals(it.jsonPrimitive.boolean, isSaved, "whether ${request.url} is saved before") }
        isSaved = false
        val answer = entry["answer"]?.jsonObject ?: JsonObject(emptyMap())
        try {
            delay(answer["takes"]?.jsonPrimitive?.long ?: 10)
            when (entry.text("fail")) {
                "timeout" -> awaitCancellation()
                null -> {}
                "certificate" -> throw SSLHandshakeException("the script says so").apply {
                    initCause(CertificateExpiredException("the certificate has expired"))
                }
                "unreached" -> throw Unreached(ConnectException("the script says so"))
                else -> throw IOException("the script says so")
            }
            val response = respond(answer, request, outputs, listener)
            if (answer.text("cut") == "true") throw IOException("the script says so")
            return response
        } finally {
            idleSince = clock()
            cancelIfDue()
            if (entries.firstOrNull()?.text("called") != null) scope.launch { callBack() }
        }
    }

    /** Outputs that are about to get their names are no reason of a request's. */
    private suspend fun save(saved: String) {
        isSaved = isSaved || "marks" !in saved
    }

    fun finished() {
        checkWait()
        assertEquals(emptyList(), entries.filterNot { it.text("repeats") == "true" }, "the script has not ended")
    }

    /** The entry for a call. One that repeats stays until another call comes. */
    private fun entry(call: String): JsonObject {
        val first = entries.firstOrNull()
        if (first?.text("repeats") == "true") {
            if (first["expect"]!!.jsonObject.text("call") == call) return first
            entries.removeFirst()
        }
        return entries.removeFirstOrNull() ?: throw AssertionError("an unexpected $call")
    }

    /** Calls back as soon as the conversion waits for it. */
    private suspend fun callBack() {
        repeat(10) { yield() }
        while (true) {
            onCalled(entries.firstOrNull()?.text("called") ?: return)
            entries.removeFirst()
        }
    }

    private fun cancelIfDue() {
        if (entries.firstOrNull()?.text("cancel") != "true" || job == null) return
        entries.removeFirst()
        job!!.cancel()
    }

    private fun checkWait() {
        val bounds = entries.firstOrNull()?.get("wait")?.jsonArray ?: return
        entries.removeFirst()
        val (least, most) = bounds.map { it.jsonPrimitive.long }
        val waited = clock() - idleSince
        assertTrue(waited in least..most, "waits $waited ms, not $least to $most")
    }

    private fun check(expect: JsonObject, request: Request, files: List<Source.Upload>) {
        val call = "${request.method} ${request.url}"
        assertEquals(expect.text("call"), call)
        val headers = request.headers.associate { it.name to it.value }
        val carriesKey = expect["key"]?.jsonPrimitive?.boolean ?: false
        assertEquals(carriesKey, request.carriesKey, call)
        assertEquals(if (carriesKey) "Bearer ${vector.text("key")}" else null, headers["authorization"], call)
        vector.text("key")?.let { assertFalse(it in request.url, "the key is in the URL") }
        expect["headers"]?.jsonObject?.forEach { (name, value) -> assertEquals(value.jsonPrimitive.content, headers[name]) }
        checkBody(expect, request, files, call)
    }

    private fun checkBody(expect: JsonObject, request: Request, files: List<Source.Upload>, call: String) {
        val body = request.pieces.joinToString("") { piece ->
            when (piece) {
                is Piece.Bytes -> String(piece.bytes)
                is Piece.File -> String(files[piece.index.toInt()].open().readBytes())
            }
        }
        assertEquals(body.toByteArray().size.toULong(), request.bodySize, call)
        val names = expect["files"]?.jsonArray?.map { it.jsonPrimitive.content } ?: listOfNotNull(expect.text("file"))
        assertEquals(names.isNotEmpty(), request.pieces.any { it is Piece.File }, call)
        when {
            names.isNotEmpty() -> {
                // Names in forms are written as in JSON.
                val multipart = names.all { "filename=${JsonPrimitive(it)}\r\n" in body }
                assertEquals(request.method == "POST", multipart, call)
                if (multipart) checkFields(expect, body)
            }
            "json" in expect -> {
                mark = MARKED.find(body)?.groupValues?.get(1) ?: mark
                assertEquals(expect["json"], Json.parseToJsonElement(body.replace(mark, MARK)), call)
            }
            else -> assertTrue(request.pieces.isEmpty(), call)
        }
    }

    /** The fields of a form stand before its file, in this order. */
    private fun checkFields(expect: JsonObject, body: String) {
        var rest = body
        for (field in expect["fields"]?.jsonArray.orEmpty()) {
            val (name, text) = field.jsonArray.map { it.jsonPrimitive.content }
            val part = "form-data; name=\"$name\"\r\n\r\n$text\r\n"
            assertTrue(part in rest, "the field $name is missing, or stands elsewhere")
            rest = rest.substringAfter(part)
        }
        assertTrue("; filename=" in rest, "the file is not the last field")
    }

    private fun respond(answer: JsonObject, request: Request, outputs: Outputs, listener: TransferListener): Response {
        // This transport does not follow redirects.
        answer.text("url")?.let { return Response(303u, listOf(Header("Location", it)), ByteArray(0), 0uL) }
        val status = (answer["status"]?.jsonPrimitive?.long ?: 200).toInt().toUShort()
        val body = (answer["json"]?.toString()?.replace(MARK, mark) ?: answer.text("text").orEmpty()).toByteArray()
        val headers = answer["headers"]?.jsonObject.orEmpty().map { (name, value) -> Header(name, value.jsonPrimitive.content) }
        val length = answer.text("length") ?: body.size.toString()
        val told = if (request.sink is Sink.File && length != "untold") listOf(Header("Content-Length", length)) else emptyList()
        val head = Response(status, headers + told, ByteArray(0), 0uL)
        if (request.sink is Sink.File) listener.begun(head)
        return when (val target = bodyTarget(request.sink, head)) {
            is BodyTarget.Memory -> head.copy(body = body.copyOf(minOf(body.size, target.limit.toInt())))
            is BodyTarget.File -> {
                outputs.open((request.sink as Sink.File).name, target.offset.toLong()).use { it.write(ByteBuffer.wrap(body)) }
                val received = target.offset + body.size.toULong()
                listener.received(received.toLong())
                head.copy(received = received)
            }
        }
    }

    private companion object {
        /** What stands in scripts for the mark that a client gives the names of its tasks. */
        const val MARK = "ck0000000000000000"
        val MARKED = Regex("-(ck[0-9a-z]{16})")
    }
}
