package com.cloudconvert

import java.io.File
import java.io.InputStream

/** What is converted. */
public sealed class Source {
    /**
     * Bytes that are uploaded: read anew from [open] each time they are sent, and never held in memory as a whole.
     * On Android, open a `Uri` by its `ContentResolver` here.
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

    /** Files in a storage of your own that the service reads, by their names in it. */
    public class Stored(public val storage: Storage, public val names: List<String>) : Source()

    /** What is uploaded, in the order of the job. */
    internal val uploads: List<Upload>
        get() = when (this) {
            is Upload -> listOf(this)
            is Uploads -> files
            else -> emptyList()
        }

    /** The members of a job that are about its input. */
    internal fun members(): Map<String, Any?> = when (this) {
        is Upload -> mapOf("input" to "upload", "name" to name, "size" to size)
        is Uploads -> mapOf("input" to "upload", "files" to files.map { mapOf("name" to it.name, "size" to it.size) })
        is Urls -> mapOf("input" to "download", "files" to urls)
        is Text -> mapOf("input" to "raw", "content" to content, "filename" to name)
        is Stored -> mapOf("input" to storage.toJson(), "files" to names)
    }

    public companion object {
        /** A file of this machine. */
        public fun file(file: File): Upload = Upload(file.name, file.length()) { file.inputStream() }

        /** Bytes in memory, with a name whose extension tells the format. */
        public fun bytes(bytes: ByteArray, name: String): Upload = Upload(name, bytes.size.toLong()) { bytes.inputStream() }

        /** Several files of this machine. */
        public fun files(files: List<File>): Uploads = Uploads(files.map { file(it) })

        /** A URL that the service downloads. */
        public fun url(url: String): Urls = Urls(listOf(url))

        /** Small content that is sent as text. */
        public fun text(content: String, name: String): Text = Text(content, name)
    }
}
