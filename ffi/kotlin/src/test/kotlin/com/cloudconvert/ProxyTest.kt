package com.cloudconvert

import java.io.DataInputStream
import java.net.InetSocketAddress
import java.net.Proxy
import java.net.ServerSocket
import java.net.Socket
import java.net.URI
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.concurrent.thread
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlinx.coroutines.runBlocking
import okhttp3.OkHttpClient

/** A host that only the proxy knows. */
private const val NOWHERE = "service.invalid"

/** Who is behind a proxy reaches the service by it alone, with uploads and downloads too. */
class ProxyTest : SandboxCase() {
    @Test
    fun `every request goes by the proxy`(): Unit = runBlocking {
        Socks().use { socks ->
            val http = OkHttpClient.Builder().proxy(Proxy(Proxy.Type.SOCKS, InetSocketAddress("127.0.0.1", socks.port))).build()
            val behind = CloudConvert(key) {
                baseUrl = "http://$NOWHERE:${URI(this@ProxyTest.base).port}/v1"
                this.http = http
            }
            for (method in UploadOptions.Upload.entries) {
                val output = folder.resolve("$method.jpg")
                behind.convert(Source.file(sample), output) { upload = method }
                assertJpeg(output)
            }
            assertEquals(setOf(NOWHERE), socks.asked.toSet())
        }
    }
}

/** SOCKS 5 (RFC 1928) without a password. Whatever it is asked for is on this machine. */
private class Socks : AutoCloseable {
    private val server = ServerSocket(0)
    val port: Int = server.localPort
    val asked = CopyOnWriteArrayList<String>()

    init {
        thread(isDaemon = true) {
            while (!server.isClosed) {
                val client = runCatching { server.accept() }.getOrNull() ?: return@thread
                thread(isDaemon = true) { runCatching { client.use { serve(it) } } }
            }
        }
    }

    private fun serve(client: Socket) {
        val said = DataInputStream(client.getInputStream())
        said.readByte()
        said.readFully(ByteArray(said.readUnsignedByte()))
        client.getOutputStream().write(byteArrayOf(5, 0))
        said.readFully(ByteArray(4))
        asked += String(ByteArray(said.readUnsignedByte()).also { said.readFully(it) })
        Socket("127.0.0.1", said.readUnsignedShort()).use { there ->
            client.getOutputStream().write(byteArrayOf(5, 0, 0, 1, 0, 0, 0, 0, 0, 0))
            val back = thread(isDaemon = true) { runCatching { there.getInputStream().copyTo(client.getOutputStream()) } }
            said.copyTo(there.getOutputStream())
            there.shutdownOutput()
            back.join()
        }
    }

    override fun close() = server.close()
}
