package com.cloudconvert.internal

import com.cloudconvert.CloudConvertException
import com.cloudconvert.Content
import com.cloudconvert.core.OutputFile
import com.cloudconvert.core.SaveTo
import com.cloudconvert.core.givesWay
import com.cloudconvert.core.numberedName
import java.io.IOException
import java.nio.channels.FileChannel
import java.nio.file.AccessDeniedException
import java.nio.file.FileAlreadyExistsException
import java.nio.file.FileSystemException
import java.nio.file.Files
import java.nio.file.LinkOption.NOFOLLOW_LINKS
import java.nio.file.NoSuchFileException
import java.nio.file.Path
import java.nio.file.StandardCopyOption.ATOMIC_MOVE
import java.nio.file.StandardCopyOption.REPLACE_EXISTING
import java.nio.file.StandardOpenOption.CREATE_NEW
import java.nio.file.StandardOpenOption.READ
import java.nio.file.StandardOpenOption.WRITE
import java.util.UUID
import kotlin.io.path.deleteIfExists
import kotlin.io.path.exists
import kotlin.io.path.isWritable
import kotlin.io.path.name

/**
 * The files of one conversion: parts beside their final places until all of them are whole.
 *
 * @param path what the user named; null for memory
 * @param saveTo what the core says that it means
 * @param overwrite whether a file in a folder is replaced
 */
internal class Outputs(private val path: Path?, private val saveTo: SaveTo?, private val overwrite: Boolean = false) {
    /** In the order in which they came. */
    private val parts = LinkedHashMap<String, Path>()
    private val finals = HashMap<String, Path>()
    private val contents = HashMap<String, ByteArray>()

    /** What the user named, or the file that a link of this name leads to: the link stays. */
    private val place: Path? = if (saveTo is SaveTo.File && path!!.exists()) path.toRealPath() else path

    /** Where names are given. */
    private val folder: Path? = when (saveTo) {
        is SaveTo.Folder -> place
        is SaveTo.File -> place!!.toAbsolutePath().parent
        else -> null
    }

    /** Whether they are gone with this program. */
    val areInMemory: Boolean get() = place == null

    init {
        try {
            if (saveTo is SaveTo.Folder && saveTo.make) Files.createDirectories(folder!!)
        } catch (failure: IOException) {
            throw CloudConvertException.of("output", "$UNWRITTEN: ${failure.inWords()}; name another path", failure)
        }
        // Nothing is asked for, and paid, that could not be kept.
        val target = folder ?: place
        if (target?.isWritable() == false) {
            throw CloudConvertException.of("output", "$UNWRITTEN: access to $target is denied; check its rights, or name another path")
        }
    }

    /** The part of this name, cut off at `offset` and positioned there. */
    fun open(name: String, offset: Long): FileChannel = writing {
        val part = parts.getOrPut(name) { newPart() }
        FileChannel.open(part, WRITE).truncate(offset).position(offset)
    }

    private fun newPart(): Path {
        val name = ".cloudconvert-${UUID.randomUUID()}.part"
        val part = folder?.resolve(name) ?: Path.of(System.getProperty("java.io.tmpdir"), name)
        FileChannel.open(part, CREATE_NEW, WRITE).close()
        return part
    }

    /** These outputs got their names before the conversion was saved: [named], or their own. */
    fun assume(names: List<String>, named: Map<String, String>) {
        if (path != null) names.forEach { finals[it] = if (saveTo is SaveTo.Folder) path.resolve(named[it] ?: it) else path }
    }

    /** Writes the parts to the disk: all of them are whole. Tells by what the files are known again that will replace nothing. */
    fun flush(): Map<String, String> = writing {
        parts.values.forEach { part -> FileChannel.open(part, WRITE).use { it.force(true) } }
        if (saveTo !is SaveTo.Folder || overwrite) emptyMap() else parts.mapNotNull { (name, part) -> markOf(part)?.let { name to it } }.toMap()
    }

    /** Gives the parts their final names, and tells each. [isOutput] knows by its mark what an earlier program named. */
    suspend fun keep(isOutput: (String, String) -> Boolean, named: (String, String) -> Unit): Unit = writing {
        parts.toList().forEach { (name, part) ->
            val final = put(part, name, isOutput)
            finals[name] = final
            part.deleteIfExists()
            parts.remove(name)
            if (place != null) named(name, final.name)
        }
        flushFolder()
    }

    /** Where the files of the finished conversion are. */
    fun of(files: List<OutputFile>): List<Path> = if (place == null) emptyList() else files.map { finals.getValue(it.name) }

    /** The files of the finished conversion that are in memory. */
    fun inMemory(files: List<OutputFile>): List<Content> = files.mapNotNull { file -> contents[file.name]?.let { Content(file.name, it) } }

    /** Removes what is left of parts. */
    fun discard() {
        parts.values.forEach { it.deleteIfExists() }
    }

    /** Puts a part where it is to be, and says where that is. */
    private suspend fun put(part: Path, name: String, isOutput: (String, String) -> Boolean): Path = when (saveTo) {
        null -> {
            contents[name] = load(part)
            Path.of(name)
        }
        is SaveTo.File -> {
            Files.move(part, place!!, ATOMIC_MOVE, REPLACE_EXISTING)
            path!!
        }
        is SaveTo.Stream -> {
            pour(part, place!!)
            place
        }
        is SaveTo.Folder -> inFolder(part, name, isOutput)
    }

    /** The first name that it may take, or under which this output stands already. */
    private fun inFolder(part: Path, name: String, isOutput: (String, String) -> Boolean): Path {
        val names = generateSequence(0u) { it + 1u }.map { place!!.resolve(numberedName(name, it)) }
        if (!overwrite) return names.first { moveToNew(part, it) || markOf(it)?.let { mark -> isOutput(name, mark) } == true }
        val wanted = names.first { givesWay(present(it, NOFOLLOW_LINKS), true) }
        return Files.move(part, wanted, ATOMIC_MOVE, REPLACE_EXISTING)
    }

    /** Takes a part into memory. */
    private fun load(part: Path): ByteArray = try {
        Files.readAllBytes(part)
    } catch (_: OutOfMemoryError) {
        throw IOException("there is no memory for its ${Files.size(part)} bytes: name a file or a folder as `saveTo`")
    }

    /** Moves a file, and says whether the name was free. A link takes a name in one step, where the file system has links. */
    private fun moveToNew(part: Path, name: Path): Boolean = try {
        try {
            Files.createLink(name, part)
            Files.delete(part)
        } catch (taken: FileAlreadyExistsException) {
            throw taken
        } catch (_: IOException) {
            Files.move(part, name)
        } catch (_: UnsupportedOperationException) {
            Files.move(part, name)
        }
        true
    } catch (_: FileAlreadyExistsException) {
        false
    }

    /** The names survive a power failure too, where the system lets folders be flushed. */
    private fun flushFolder() {
        try {
            FileChannel.open(folder ?: return, READ).use { it.force(true) }
        } catch (_: IOException) {
        }
    }

    private inline fun <T> writing(body: () -> T): T = try {
        body()
    } catch (failure: IOException) {
        throw OutputFailure(failure)
    }
}

private const val UNWRITTEN = "the output cannot be written"

/** By what a file is known again under whatever name: its number, when it was written, its length. Null where it has no number. */
private fun markOf(file: Path): String? = try {
    val facts = Files.readAttributes(file, "unix:ino,lastModifiedTime,size", NOFOLLOW_LINKS)
    "${facts["ino"]} ${facts["lastModifiedTime"]} ${facts["size"]}"
} catch (_: UnsupportedOperationException) {
    null
} catch (_: IOException) {
    null
}

/** What went wrong, where the exception's message is only a path. */
internal fun Exception.inWords(): String = when (this) {
    is NoSuchFileException -> "there is no file or folder $file"
    is AccessDeniedException -> "access to $file is denied"
    is FileSystemException -> listOfNotNull(file, reason).joinToString(": ")
    else -> message ?: toString()
}
