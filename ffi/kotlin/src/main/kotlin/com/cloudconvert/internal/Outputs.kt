package com.cloudconvert.internal

import com.cloudconvert.CloudConvertException
import com.cloudconvert.FollowOptions
import com.cloudconvert.core.OutputFile
import com.cloudconvert.core.numberedName
import java.io.IOException
import java.nio.channels.FileChannel
import java.nio.file.AccessDeniedException
import java.nio.file.FileAlreadyExistsException
import java.nio.file.FileSystemException
import java.nio.file.Files
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
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.jsonObject

/**
 * The files of one conversion: parts beside their final places until all of them are whole.
 *
 * @param saveTo a file's path, or a folder for files under the names that the service gives; null where nothing is saved
 * @param isFolder whether [saveTo] is a folder. One that does not exist is created with its first file
 * @param overwrite whether a file in the folder is replaced
 */
internal class Outputs(
    private val saveTo: Path?,
    private val isFolder: Boolean = saveTo?.isDirectory() == true,
    private val overwrite: Boolean = false,
) {
    private val parts = HashMap<String, Path>()
    private val finals = HashMap<String, Path>()
    private val folder: Path? = if (isFolder) saveTo else saveTo?.toAbsolutePath()?.parent

    /** As the options of a conversion say: each of many files needs a folder. */
    constructor(saveTo: Path?, options: FollowOptions) :
        this(saveTo, saveTo != null && (options.download == FollowOptions.Download.EACH || saveTo.isDirectory()), options.overwrite)

    init {
        if (isFolder && saveTo!!.exists() && !saveTo.isDirectory()) {
            throw CloudConvertException.of("bad_request", "`saveTo` is a file, and `download` asks for a folder: $saveTo")
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

    /** A saved state, with the places of outputs that have their names. */
    fun note(saved: String): String {
        if (finals.isEmpty()) return saved
        val places = JsonObject(finals.mapValues { (_, place) -> JsonPrimitive(place.toString()) })
        return JsonObject(Json.parseToJsonElement(saved).jsonObject + (PLACES to places)).toString()
    }

    /** These outputs got their names before the conversion was saved. */
    fun assume(names: List<String>, saved: String) {
        if (saveTo == null) return
        val places = Json.parseToJsonElement(saved).jsonObject[PLACES]?.jsonObject.orEmpty()
        names.forEach { finals[it] = places.text(it)?.let(Path::of) ?: if (isFolder) saveTo.resolve(it) else saveTo }
    }

    /** Gives everything that was written its final name. */
    fun keepAll() = keep(parts.keys.toList())

    /** Writes parts that are whole to the disk and gives them their final names. */
    fun keep(names: List<String>) = writing {
        val new = names.filter { it !in finals }
        new.forEach { name ->
            val part = parts[name] ?: throw IOException("$name was not written")
            FileChannel.open(part, WRITE).use { it.force(true) }
            finals[name] = place(part, name)
            parts.remove(name)
        }
        if (new.isNotEmpty()) flushFolder()
    }

    /** Where the files of the finished conversion are. */
    fun finish(files: List<OutputFile>): List<Path> {
        keep(files.map { it.name })
        return files.map { finals.getValue(it.name) }
    }

    /** Removes what is left of parts. */
    fun discard() {
        parts.values.forEach { it.deleteIfExists() }
    }

    /** A path that the user named is replaced in one step. A name that the service chose replaces nothing. */
    private fun place(part: Path, name: String): Path {
        if (!isFolder && finals.isNotEmpty()) throw IOException("there are several outputs: `saveTo` has to be a folder")
        if (!isFolder) return Files.move(part, saveTo!!, ATOMIC_MOVE, REPLACE_EXISTING)
        val wanted = saveTo!!.resolve(name)
        if (overwrite) return Files.move(part, wanted, ATOMIC_MOVE, REPLACE_EXISTING)
        return generateSequence(0u) { it + 1u }.map { saveTo.resolve(numberedName(name, it)) }.first { moveToNew(part, it) }
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
            FileChannel.open(folder!!, READ).use { it.force(true) }
        } catch (_: IOException) {
        }
    }

    private companion object {
        /** The member of a saved state that holds the places of outputs. */
        const val PLACES = "places"
    }

    private inline fun <T> writing(body: () -> T): T = try {
        body()
    } catch (failure: IOException) {
        throw OutputFailure(failure)
    }
}

/** What went wrong, where the exception's message is only a path. */
internal fun Exception.inWords(): String = when (this) {
    is NoSuchFileException -> "there is no file or folder $file"
    is AccessDeniedException -> "access to $file is denied"
    is FileSystemException -> listOfNotNull(file, reason).joinToString(": ")
    else -> message ?: toString()
}
