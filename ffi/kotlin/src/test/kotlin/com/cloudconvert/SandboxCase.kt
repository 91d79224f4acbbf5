package com.cloudconvert

import com.cloudconvert.internal.text
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name
import kotlin.io.path.readBytes
import kotlin.test.AfterTest
import kotlin.test.BeforeTest
import kotlin.test.assertContentEquals
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import okhttp3.MediaType.Companion.toMediaType
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.RequestBody.Companion.toRequestBody

/** Against the sandbox that `CLOUDCONVERT_SANDBOX` and its two keys name, started with `--admin`. */
abstract class SandboxCase {
    protected val base = checkNotNull(System.getenv("CLOUDCONVERT_SANDBOX")) { "run `cargo xtask test kotlin`" }
    protected val key = checkNotNull(System.getenv("CLOUDCONVERT_SANDBOX_KEY"))
    private val adminKey = checkNotNull(System.getenv("CLOUDCONVERT_SANDBOX_ADMIN_KEY"))
    protected val client = CloudConvert(key) { baseUrl = "$base/v1" }
    protected val sample = Path.of("../../npm/examples/demo/sample.png")
    private val http = OkHttpClient()
    protected lateinit var folder: Path

    @BeforeTest
    fun begin() {
        folder = Files.createTempDirectory("kotlin")
        admin("DELETE", "faults")
        admin("DELETE", "requests")
    }

    @AfterTest
    fun end() {
        admin("DELETE", "faults")
        folder.toFile().deleteRecursively()
    }

    /** The names of the files in the folder of outputs. */
    protected fun left(): List<String> = folder.listDirectoryEntries().map { it.name }

    protected fun assertJpeg(file: Path) {
        val bytes = file.readBytes()
        assertContentEquals(byteArrayOf(-1, -40, -1), bytes.take(3).toByteArray())
        assertContentEquals(byteArrayOf(-1, -39), bytes.takeLast(2).toByteArray())
    }

    protected fun faults(vararg rules: String) = admin("POST", "faults", rules.joinToString(",", "[", "]"))

    protected fun journal(): List<JsonObject> = Json.parseToJsonElement(admin("GET", "requests")).jsonArray.map { it.jsonObject }

    protected fun requests(): List<String?> = journal().map { it.text("kind") }

    protected fun admin(method: String, path: String, body: String? = null): String {
        val sent = body?.toRequestBody("application/json".toMediaType())
        val request = Request.Builder().url("$base/_admin/$path").method(method, sent)
            .header("Authorization", "Bearer $adminKey").build()
        return http.newCall(request).execute().use { answer ->
            check(answer.isSuccessful) { "$method $path: ${answer.code} ${answer.body.string()}" }
            answer.body.string()
        }
    }
}
