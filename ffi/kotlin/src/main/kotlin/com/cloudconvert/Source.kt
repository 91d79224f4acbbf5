package com.cloudconvert

import com.cloudconvert.internal.inWords
import com.cloudconvert.internal.jsonOf
import com.cloudconvert.internal.unicode
import java.io.IOException
import java.io.InputStream
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.name
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** What is converted. */
public sealed class Source {
    /**
     * Bytes that are uploaded. [open] is called each time they are sent. They are never held in memory as a whole. On
     * Android, open a `Uri` by its `ContentResolver` here.
     */
    public class Upload(
        /** The name, with the extension that tells the format. */
        public val name: String,
        /** The size in bytes, where known. */
        public val size: Long? = null,
        /** Opens the content from its first byte on. Called on a thread for blocking work. */
        public val open: () -> InputStream,
    ) : Source()

    /** Several uploads, for the modes [Mode.COMBINE] and [Mode.ARCHIVE]. */
    public class Uploads(public val files: List<Upload>) : Source()

    /** URLs that the service downloads; several for the modes [Mode.COMBINE] and [Mode.ARCHIVE]. */
    public class Urls(public val urls: List<String>) : Source()

    /** Small content that is sent as text, with a name whose extension tells the format. */
    public class Text(public val content: String, public val name: String) : Source()

    /** Small content that is sent as it stands, in base64, with a name whose extension tells the format. */
    public class Base64(public val content: String, public val name: String) : Source()

    /** Files in a storage of your own that the service reads, by their names in it. */
    public class Stored(public val storage: Storage, public val names: List<String>) : Source()

    /**
     * A job of one's own (version 2 of the API): tasks as the API writes them, by their names. See [CloudConvert.run].
     *
     * @property files what is uploaded, by the names of its import tasks
     */
    public class Tasks(public val tasks: JsonObject, public val files: Map<String, Upload> = emptyMap()) : Source()

    /** What is uploaded, in the order of the job. */
    internal val uploads: List<Upload>
        get() = when (this) {
            is Upload -> listOf(this)
            is Uploads -> files
            is Tasks -> files.values.toList()
            else -> emptyList()
        }

    /** The members of a job that are about its input. */
    internal fun members(): Map<String, JsonElement?> = when (this) {
        is Upload -> mapOf("input" to JsonPrimitive("upload")) + file()
        is Uploads -> mapOf("input" to JsonPrimitive("upload"), "files" to JsonArray(files.map { it.file() }))
        is Urls -> mapOf("input" to JsonPrimitive("download"), "files" to jsonOf(urls))
        is Text -> mapOf("input" to JsonPrimitive("raw"), "content" to JsonPrimitive(content), "filename" to JsonPrimitive(unicode(name)))
        is Base64 -> mapOf("input" to JsonPrimitive("base64"), "content" to JsonPrimitive(content), "filename" to JsonPrimitive(unicode(name)))
        is Tasks -> mapOf(
            "tasks" to tasks,
            "files" to JsonArray(files.map { (task, file) -> JsonObject(file.file() + ("task" to JsonPrimitive(task))) }),
        )
        is Stored -> mapOf("input" to storage.toJson(), "files" to jsonOf(names))
    }

    private fun Upload.file(): JsonObject = jsonOf("name" to JsonPrimitive(unicode(name)), "size" to JsonPrimitive(size))

    public companion object {
        /**
         * A file of this machine.
         *
         * @throws CloudConvertException.InputUnreadable if there is no such file
         */
        public fun file(path: Path): Upload = try {
            Upload(path.name, Files.size(path)) { Files.newInputStream(path) }
        } catch (failure: IOException) {
            throw CloudConvertException.of("input", "the input cannot be read: ${failure.inWords()}; check its path and whether you may read it", failure)
        }

        /** Bytes in memory, with a name whose extension tells the format. */
        public fun bytes(bytes: ByteArray, name: String): Upload = Upload(name, bytes.size.toLong()) { bytes.inputStream() }

        /** Several files of this machine. */
        public fun files(paths: List<Path>): Uploads = Uploads(paths.map { file(it) })

        /** A URL that the service downloads. */
        public fun url(url: String): Urls = Urls(listOf(url))

        /** Small content that is sent as text. */
        public fun text(content: String, name: String): Text = Text(content, name)

        /** Small content in base64. */
        public fun base64(content: String, name: String): Base64 = Base64(content, name)
    }
}
