package com.cloudconvert.internal

import com.cloudconvert.Source
import com.cloudconvert.core.Header
import com.cloudconvert.core.Piece
import com.cloudconvert.core.BodyTarget
import com.cloudconvert.core.Request
import com.cloudconvert.core.Response
import com.cloudconvert.core.Sink
import com.cloudconvert.core.bodyTarget
import java.io.ByteArrayOutputStream
import java.io.IOException
import java.io.InputStream
import java.io.OutputStream
import java.nio.ByteBuffer
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import okhttp3.Call
import okhttp3.MediaType
import okhttp3.OkHttpClient
import okhttp3.Request as HttpRequest
import okhttp3.RequestBody
import okhttp3.Response as HttpResponse
import okio.BufferedSink

private const val CHUNK = 64 * 1024

/**
 * OkHttp without its own redirects, retries and timeouts. The machine decides these. The time to connect stays: it is that of one
 * address, and the next one is tried after it.
 */
internal class OkHttpTransport(client: OkHttpClient) : Transport {
    private val client = client.newBuilder()
        .followRedirects(false)
        .followSslRedirects(false)
        .retryOnConnectionFailure(false)
        .callTimeout(0, TimeUnit.MILLISECONDS)
        .readTimeout(0, TimeUnit.MILLISECONDS)
        .writeTimeout(0, TimeUnit.MILLISECONDS)
        .cache(null)
        // Behind the name, the connection, the handshake and the proxy; before the first byte of the request.
        .addNetworkInterceptor { chain ->
            chain.request().tag(Connected::class.java)?.isTrue = true
            chain.proceed(chain.request())
        }
        .build()

    override suspend fun send(request: Request, files: List<Source.Upload>, outputs: Outputs, listener: TransferListener): Response =
        withContext(Dispatchers.IO) {
            val connected = Connected()
            val call = client.newCall(build(request, files, listener).tag(Connected::class.java, connected).build())
            // Blocking reads know nothing of coroutines. Ending the call ends them.
            val watch = launch(start = CoroutineStart.UNDISPATCHED) {
                try {
                    awaitCancellation()
                } finally {
                    call.cancel()
                }
            }
            try {
                read(call, request.sink, outputs, listener)
            } catch (failure: IOException) {
                ensureActive()
                throw if (connected.isTrue) failure else Unreached(failure)
            } finally {
                watch.cancel()
            }
        }

    private fun build(request: Request, files: List<Source.Upload>, listener: TransferListener): HttpRequest.Builder {
        val body = when {
            request.pieces.isNotEmpty() -> Body(request, files, listener)
            // OkHttp sends no POST without a body.
            request.method == "POST" -> RequestBody.EMPTY
            else -> null
        }
        val builder = HttpRequest.Builder().url(request.url).method(request.method, body)
        // What is announced and counted is the file itself, never a compressed form of it.
        builder.header("Accept-Encoding", "identity")
        request.headers.forEach { builder.header(it.name, it.value) }
        return builder
    }

    private fun read(call: Call, sink: Sink, outputs: Outputs, listener: TransferListener): Response = call.execute().use { answer ->
        val headers = answer.headers.map { (name, value) -> Header(name, value) }
        val head = Response(answer.code.toUShort(), headers, ByteArray(0), 0uL)
        if (sink is Sink.File) listener.begun(head)
        when (val target = bodyTarget(sink, head)) {
            is BodyTarget.Memory -> head.copy(body = memory(answer, target.limit.toInt()))
            is BodyTarget.File -> {
                val name = (sink as Sink.File).name
                head.copy(received = file(answer, name, target.offset.toLong(), outputs, listener).toULong())
            }
        }
    }

    /** The body, up to this length. The rest is ignored. */
    private fun memory(answer: HttpResponse, limit: Int): ByteArray {
        val bytes = ByteArrayOutputStream()
        answer.body.byteStream().pump { chunk, count ->
            bytes.write(chunk, 0, minOf(count, limit - bytes.size()))
            if (bytes.size() >= limit) return bytes.toByteArray()
        }
        return bytes.toByteArray()
    }

    private fun file(answer: HttpResponse, name: String, offset: Long, outputs: Outputs, listener: TransferListener): Long {
        var length = offset
        outputs.open(name, offset).use { file ->
            answer.body.byteStream().pump { chunk, count ->
                try {
                    val bytes = ByteBuffer.wrap(chunk, 0, count)
                    while (bytes.hasRemaining()) file.write(bytes)
                } catch (failure: IOException) {
                    throw OutputFailure(failure)
                }
                length += count
                listener.received(length)
            }
        }
        return length
    }
}

/** Whether a request had a connection. */
private class Connected {
    @Volatile
    var isTrue = false
}

/** The pieces of a body in their order. Files are read as they are sent. */
private class Body(private val request: Request, private val files: List<Source.Upload>, private val listener: TransferListener) : RequestBody() {
    /** Null, because the request's own header says it. */
    override fun contentType(): MediaType? = null

    override fun contentLength(): Long = request.bodySize?.toLong() ?: -1

    override fun isOneShot(): Boolean = true

    override fun writeTo(sink: BufferedSink) {
        val out = Counted(sink.outputStream(), listener)
        request.pieces.forEach { piece ->
            when (piece) {
                is Piece.Bytes -> out.write(piece.bytes)
                is Piece.File -> copy(files[piece.index.toInt()], out)
            }
        }
        out.flush()
    }

    private fun copy(source: Source.Upload, out: OutputStream) {
        val input = reading { source.open() }
        input.use {
            val chunk = ByteArray(CHUNK)
            var left = source.size
            while (true) {
                val count = reading { input.read(chunk) }
                if (count < 0) break
                left = left?.minus(count)
                if (left != null && left < 0) throw changed("longer")
                out.write(chunk, 0, count)
            }
            if (left != null && left > 0) throw changed("shorter")
        }
    }

    /** To OkHttp this is a broken connection, after which the request would be repeated. */
    private fun changed(how: String): InputFailure =
        InputFailure(IOException("it is $how than it was when it was given; convert it when nothing writes to it"))

    private inline fun <T> reading(read: () -> T): T = try {
        read()
    } catch (failure: IOException) {
        throw InputFailure(failure)
    } catch (failure: SecurityException) {
        throw InputFailure(failure)
    }
}

/** Tells how much has been written. */
private class Counted(private val out: OutputStream, private val listener: TransferListener) : OutputStream() {
    private var count = 0L

    override fun write(byte: Int) = write(byteArrayOf(byte.toByte()))

    override fun write(bytes: ByteArray, offset: Int, length: Int) {
        if (length == 0) return
        out.write(bytes, offset, length)
        out.flush()
        count += length
        listener.sent(count)
    }

    override fun flush() = out.flush()
}

private inline fun InputStream.pump(take: (ByteArray, Int) -> Unit) {
    val chunk = ByteArray(CHUNK)
    while (true) {
        val count = read(chunk)
        if (count < 0) return
        take(chunk, count)
    }
}
