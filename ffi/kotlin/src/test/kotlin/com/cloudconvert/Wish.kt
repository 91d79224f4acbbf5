package com.cloudconvert

import com.cloudconvert.internal.text
import com.cloudconvert.internal.texts
import java.nio.file.Path
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.boolean
import kotlinx.serialization.json.int
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long

/** The types of Kotlin cannot say it: a program that wants it does not compile. */
internal class NotInTheTypes(what: String) : Exception(what)

/** What a vector wants, as a program in Kotlin writes it. */
internal class Wish(private val vector: JsonObject) {
    private val job = vector["job"]?.jsonObject ?: JsonObject(emptyMap())

    /** The contents of the files, in the order of the job. */
    private val contents: List<String> = when (val content = vector["content"]) {
        is JsonArray -> content.map { (it as JsonPrimitive).content }
        is JsonPrimitive -> listOf(content.content)
        else -> emptyList()
    }

    /** Files without content are never read: their vectors are refused first. */
    private fun upload(name: String, index: Int): Source.Upload {
        val bytes = contents.getOrNull(index)?.toByteArray()
        return Source.Upload(name, bytes?.size?.toLong()) { (bytes ?: error("no content")).inputStream() }
    }

    val name: String get() = job.text("name").orEmpty()

    val file: Source.Upload get() = upload(name, 0)

    fun request(saveTo: Path): ConversionRequest {
        val output = saveTo.takeUnless { vector["policy"]?.jsonObject?.text("download") == "none" }
        return ConversionRequest(source(), output) {
            setJob()
            setPolicy()
        }
    }

    fun source(): Source {
        val files = job["files"] as? JsonArray
        job["tasks"]?.let { tasks ->
            val entries = files.orEmpty().map { it.jsonObject }
            return Source.Tasks(tasks.jsonObject, entries.withIndex().associate { (i, it) -> it.text("task")!! to upload(it.text("name")!!, i) })
        }
        val input = job["input"]
        if (input is JsonObject) return Source.Stored(storage(input), files?.let { job.texts("files") } ?: listOf(job.text("file")!!))
        return when (job.text("input")) {
            "upload" -> files?.let { Source.Uploads(it.mapIndexed { index, file -> upload(file.jsonObject.text("name")!!, index) }) } ?: file
            "download" -> Source.Urls(files?.let { job.texts("files") } ?: listOf(job.text("url")!!))
            "raw" -> Source.Text(job.text("content")!!, job.text("filename") ?: throw NotInTheTypes("content without a name"))
            "base64" -> Source.Base64(job.text("content")!!, job.text("filename") ?: throw NotInTheTypes("content without a name"))
            else -> throw NotInTheTypes("the input")
        }
    }

    fun JobOptions.setJob() {
        for ((member, value) in job) {
            when (member) {
                "input", "name", "size", "url", "content", "file", "files", "tasks" -> {}
                "to" -> to = value.text
                "from" -> from = value.text
                "filename" -> filename = value.text
                "mode" -> mode = Mode.entries.single { it.named == value.text }
                "output_filename" -> outputFilename = value.text
                "engine" -> engine = value.text
                "engine_version" -> engineVersion = value.text
                "options" -> options = value.jsonObject
                "tag" -> tag = value
                "preset" -> preset = value.text
                "timeout" -> timeout = value.jsonPrimitive.int.seconds
                "email" -> email = value.jsonPrimitive.boolean
                "output" -> output = storage(value)
                "callback" -> callback = value.text
                "save" -> save = value.jsonPrimitive.boolean
                "extra" -> extra = value.jsonObject
                else -> throw NotInTheTypes("an option $member")
            }
        }
    }

    /** Somebody who looks at the progress is what makes a client ask for it. */
    fun FollowOptions.setPolicy() {
        val policy = vector["policy"]?.jsonObject ?: JsonObject(emptyMap())
        if (policy.text("watch") !in listOf("result", "callback")) onProgress = {}
        for ((member, value) in policy) {
            when (member) {
                "watch" -> watch = FollowOptions.Watch.valueOf(value.text.uppercase()).takeIf { it == FollowOptions.Watch.CALLBACK }
                "upload" -> upload = UploadOptions.Upload.valueOf(value.text.uppercase())
                "download" -> download = FollowOptions.Download.valueOf(value.text.uppercase())
                else -> setPatience(member, value)
            }
        }
    }

    /** What a deletion can be told too. */
    fun PatienceOptions.setPatience() {
        for ((member, value) in vector["policy"]?.jsonObject.orEmpty()) setPatience(member, value)
    }

    private fun PatienceOptions.setPatience(member: String, value: JsonElement) {
        when (member) {
            "retries" -> retries = value.jsonPrimitive.int
            "throttles" -> throttles = value.jsonPrimitive.int
            "deadline" -> deadline = value.jsonPrimitive.long.milliseconds
            else -> throw NotInTheTypes("a patience $member")
        }
    }

    private fun storage(value: JsonElement): Storage {
        if (value !is JsonObject) {
            return listOf(Storage.Dropbox, Storage.GoogleDrive).find { "$it" == value.text } ?: throw NotInTheTypes("a storage ${value.text}")
        }
        val (kind, fields) = value.entries.single().let { it.key to it.value.jsonObject }
        val used = mutableSetOf<String>()
        fun field(name: String): String? = fields.text(name)?.also { used += name }
        fun needed(name: String): String = field(name) ?: throw NotInTheTypes("a storage without $name")
        val storage = when (kind) {
            "s3" -> Storage.S3(
                needed("accesskeyid"), needed("secretaccesskey"), needed("bucket"), field("region"), field("sessiontoken"), field("path"), field("acl"),
            )
            "openstack" ->
                Storage.OpenStack(needed("authurl"), needed("username"), needed("password"), needed("container"), field("region"), field("path"))
            "azure" -> Storage.Azure(needed("accountname"), field("accountkey"), needed("container"), field("path"), field("sastoken"))
            "googlecloud" ->
                Storage.GoogleCloud(needed("projectid"), needed("bucket"), fields["credentials"]!!.jsonObject.also { used += "credentials" }, field("path"))
            "ftp" -> Storage.Ftp(needed("host"), needed("user"), needed("password"), field("port")?.toInt(), field("path"))
            "sftp" -> Storage.Sftp(needed("host"), needed("user"), field("password"), field("privatekey"), field("port")?.toInt(), field("path"))
            else -> Storage.Other(kind, JsonObject(emptyMap()))
        }
        return fields.filterKeys { it !in used }.entries.fold(storage) { whole, (name, further) -> whole.with(name, further) }
    }

    private val JsonElement.text: String get() = jsonPrimitive.content
}
