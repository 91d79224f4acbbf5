package com.cloudconvert.internal

import com.cloudconvert.core.Present
import java.io.IOException
import java.nio.channels.Channels
import java.nio.channels.FileChannel
import java.nio.file.Files
import java.nio.file.LinkOption
import java.nio.file.Path
import java.nio.file.StandardOpenOption.WRITE
import java.nio.file.attribute.BasicFileAttributes
import kotlin.concurrent.thread
import kotlin.io.path.isDirectory
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** What stands at a path. A link that is not followed is as a file. */
internal fun present(path: Path, vararg links: LinkOption): Present {
    val facts = try {
        Files.readAttributes(path, BasicFileAttributes::class.java, *links)
    } catch (_: IOException) {
        return Present.NOTHING
    }
    return when {
        facts.isRegularFile || facts.isSymbolicLink -> Present.FILE
        facts.isDirectory -> Present.FOLDER
        facts.isOther && isStream(path) -> Present.STREAM
        else -> Present.OTHER
    }
}

/** The bits of a mode that tell the kind of a file, and those of a pipe and of a device of characters. */
private const val KIND = 0xF000
private val STREAMS = listOf(0x1000, 0x2000)

private fun isStream(path: Path): Boolean = try {
    (Files.getAttribute(path, "unix:mode") as Int) and KIND in STREAMS
} catch (_: UnsupportedOperationException) {
    false
} catch (_: IOException) {
    false
}

/** What the core has to know of the path that the user named for outputs. */
internal fun whereTo(path: Path): JsonObject = jsonOf(
    "path" to JsonPrimitive("$path"),
    "present" to JsonPrimitive(present(path).name.lowercase()),
    "has_parent" to JsonPrimitive(path.toAbsolutePath().parent?.isDirectory() == true),
)

/**
 * Writes a file into a pipe or a device, in a thread of its own: a pipe waits for its reader, and nothing of the JDK ends that.
 * Where nobody waits any more, the thread writes nothing.
 */
internal suspend fun pour(file: Path, into: Path): Unit = suspendCancellableCoroutine { waiting ->
    // Opened now: it may be deleted when nobody waits.
    val content = Files.newInputStream(file)
    val pouring = thread(isDaemon = true, name = "cloudconvert-output") {
        val poured = runCatching {
            content.use { FileChannel.open(into, WRITE).use { stream -> it.copyTo(Channels.newOutputStream(stream)) } }
        }
        waiting.resumeWith(poured.map { })
    }
    waiting.invokeOnCancellation { pouring.interrupt() }
}
