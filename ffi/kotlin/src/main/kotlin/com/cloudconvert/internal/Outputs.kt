package com.cloudconvert.internal

import com.cloudconvert.CloudConvertException
import com.cloudconvert.core.OutputFile
import java.io.File
import java.io.IOException
import java.io.RandomAccessFile

/**
 * The files of one conversion: parts beside their final places until all of them are whole.
 *
 * @param saveTo a file's path, or a folder for files under the names that the service gives; null where nothing is saved
 */
internal class Outputs(private val saveTo: File?) {
    private val parts = LinkedHashMap<String, File>()
    private val folder: File? = saveTo?.let { if (it.isDirectory) it else it.absoluteFile.parentFile }

    init {
        if (folder?.isDirectory == false) {
            throw CloudConvertException.of("output", "the output cannot be written: there is no folder $folder")
        }
    }

    /** The part of this name, cut off at `offset` and positioned there. */
    fun open(name: String, offset: Long): RandomAccessFile {
        try {
            val part = parts.getOrPut(name) { File.createTempFile(".cloudconvert", ".part", folder) }
            val file = RandomAccessFile(part, "rw")
            file.setLength(offset)
            file.seek(offset)
            return file
        } catch (failure: IOException) {
            throw OutputFailure(failure)
        }
    }

    /** Gives the parts their final names. */
    fun finish(files: List<OutputFile>): List<File> = files.map { file ->
        val part = parts[file.name] ?: throw OutputFailure(IOException("${file.name} was not written"))
        val final = if (saveTo!!.isDirectory) unused(saveTo, file.name) else saveTo
        // Some systems rename onto no existing file.
        if (!part.renameTo(final) && !(final.delete() && part.renameTo(final))) {
            throw OutputFailure(IOException("$final cannot be written"))
        }
        final
    }

    /** Removes what is left of parts. */
    fun discard() {
        parts.values.forEach { it.delete() }
    }

    /** A name that the service chose replaces no file of the user's. */
    private fun unused(folder: File, name: String): File {
        val (stem, extension) = name.substringBeforeLast('.') to name.substringAfterLast('.', "")
        val numbered = generateSequence(1) { it + 1 }.map { if (extension.isEmpty()) "$stem ($it)" else "$stem ($it).$extension" }
        return (sequenceOf(name) + numbered).map { File(folder, it) }.first { !it.exists() }
    }
}
