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
    private val parts = HashMap<String, File>()
    private val finals = HashMap<String, File>()
    private val isFolder = saveTo?.isDirectory == true
    private val folder: File? = if (isFolder) saveTo else saveTo?.absoluteFile?.parentFile

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

    /** These outputs got their names before the conversion was saved. */
    fun assume(names: List<String>) {
        if (saveTo != null) names.forEach { finals[it] = if (isFolder) File(saveTo, it) else saveTo }
    }

    /** Gives everything that was written its final name. */
    fun keepAll() = keep(parts.keys.toList())

    /** Gives parts that are whole their final names. */
    fun keep(names: List<String>) {
        names.filter { it !in finals }.forEach { name ->
            val part = parts.remove(name) ?: throw OutputFailure(IOException("$name was not written"))
            val final = if (isFolder) unused(saveTo!!, name) else saveTo!!
            // Some systems rename onto no existing file.
            if (!part.renameTo(final) && !(final.delete() && part.renameTo(final))) {
                parts[name] = part
                throw OutputFailure(IOException("$final cannot be written"))
            }
            finals[name] = final
        }
    }

    /** Where the files of the finished conversion are. */
    fun finish(files: List<OutputFile>): List<File> {
        keep(files.map { it.name })
        return files.map { finals.getValue(it.name) }
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
