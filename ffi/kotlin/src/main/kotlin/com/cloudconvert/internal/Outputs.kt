package com.cloudconvert.internal

import com.cloudconvert.CloudConvertException
import com.cloudconvert.Content
import com.cloudconvert.FollowOptions
import com.cloudconvert.core.OutputFile
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
import kotlin.io.path.isDirectory
import kotlin.io.path.name

/**
 * The files of one conversion: parts beside their final places until all of them are whole.
 *
 * @param saveTo a file's path, or a folder for files under the names that the service gives; null for memory
 * @param isFolder whether [saveTo] is a folder. One that does not exist is created with its first file
 * @param overwrite whether a file in the folder is replaced
 */
internal class Outputs(
    private val saveTo: Path?,
    private val isFolder: Boolean = saveTo?.isDirectory() == true,
    private val overwrite: Boolean = false,
) {
    /** In the order in which they came. */
    private val parts = LinkedHashMap<String, Path>()
    private val finals = HashMap<String, Path>()
    private val contents = HashMap<String, ByteArray>()
    private val folder: Path? = if (isFolder) saveTo else saveTo?.toAbsolutePath()?.parent

    /** Whether they are gone with this program. */
    val areInMemory: Boolean get() = saveTo == null

    /** As the options of a conversion say: each of many files needs a folder. */
    constructor(saveTo: Path?, options: FollowOptions) :
        this(saveTo, saveTo != null && (options.download == FollowOptions.Download.EACH || saveTo.isDirectory()), options.overwrite)

    init {
        if (isFolder && saveTo!!.exists() && !saveTo.isDirectory()) {
            throw CloudConvertException.of("bad_request", "`saveTo` is a file, and has to be a folder: $saveTo. Name another path, or download `WHOLE`")
        }
        if (!isFolder && folder?.isDirectory() == false) {
            throw CloudConvertException.of("output", "the output cannot be written: there is no folder $folder. Create it first")
        }
    }

    /** The part of this name, cut off at `offset` and positioned there. */
    fun open(name: String, offset: Long): FileChannel = writing {
        val part = parts.getOrPut(name) { newPart() }
        FileChannel.open(part, WRITE).truncate(offset).position(offset)
    }

    private fun newPart(): Path {
        if (folder != null) Files.createDirectories(folder)
        val name = ".cloudconvert-${UUID.randomUUID()}.part"
        val part = folder?.resolve(name) ?: Path.of(System.getProperty("java.io.tmpdir"), name)
        FileChannel.open(part, CREATE_NEW, WRITE).close()
        return part
    }

    /** These outputs got their names before the conversion was saved: [named], or their own. */
    fun assume(names: List<String>, named: Map<String, String>) {
        if (saveTo != null) names.forEach { finals[it] = if (isFolder) saveTo.resolve(named[it] ?: it) else saveTo }
    }

    /** Writes the parts to the disk: all of them are whole. Tells by what the files are known again that will replace nothing. */
    fun flush(): Map<String, String> = writing {
        parts.values.forEach { part -> FileChannel.open(part, WRITE).use { it.force(true) } }
        if (!isFolder || overwrite) emptyMap() else parts.mapNotNull { (name, part) -> markOf(part)?.let { name to it } }.toMap()
    }

    /** Gives the parts their final names, and tells each. [isOutput] knows by its mark what an earlier program named. */
    fun keep(isOutput: (String, String) -> Boolean, named: (String, String) -> Unit): Unit = writing {
        parts.toList().forEach { (name, part) ->
            val final = place(part, name, isOutput)
            finals[name] = final
            parts.remove(name)
            if (saveTo != null) named(name, final.name)
        }
        flushFolder()
    }

    /** Where the files of the finished conversion are. */
    fun of(files: List<OutputFile>): List<Path> = if (saveTo == null) emptyList() else files.map { finals.getValue(it.name) }

    /** The files of the finished conversion that are in memory. */
    fun inMemory(files: List<OutputFile>): List<Content> = files.mapNotNull { file -> contents[file.name]?.let { Content(file.name, it) } }

    /** Removes what is left of parts. */
    fun discard() {
        parts.values.forEach { it.deleteIfExists() }
    }

    /** A path that the user named is replaced in one step. A name that the service chose replaces nothing. */
    private fun place(part: Path, name: String, isOutput: (String, String) -> Boolean): Path {
        if (saveTo == null) {
            contents[name] = load(part)
            return Path.of(name)
        }
        if (!isFolder && finals.isNotEmpty()) throw IOException("there are several outputs: `saveTo` has to be a folder")
        if (!isFolder) return Files.move(part, saveTo, ATOMIC_MOVE, REPLACE_EXISTING)
        val wanted = saveTo.resolve(name)
        if (overwrite) return Files.move(part, wanted, ATOMIC_MOVE, REPLACE_EXISTING)
        val names = generateSequence(0u) { it + 1u }.map { saveTo.resolve(numberedName(name, it)) }
        // Where this output stands already, the part goes.
        return names.first { moveToNew(part, it) || markOf(it)?.let { mark -> isOutput(name, mark) } == true }.also { part.deleteIfExists() }
    }

    /** Takes a part into memory. */
    private fun load(part: Path): ByteArray = try {
        Files.readAllBytes(part).also { part.deleteIfExists() }
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
