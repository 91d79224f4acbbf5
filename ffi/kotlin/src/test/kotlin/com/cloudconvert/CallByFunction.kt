package com.cloudconvert

import com.cloudconvert.internal.jsonOf
import com.cloudconvert.internal.text
import com.cloudconvert.internal.texts
import java.io.File
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.intOrNull
import kotlinx.serialization.json.jsonPrimitive

/** The call of a vector by the client's function for it, and what that gave as facts again. */
internal class CallByFunction(private val client: CloudConvert, private val wish: JsonObject, private val outcome: JsonObject) {
    private val url = wish.text("url") ?: wish.text("id").orEmpty()
    private val id = wish.text("id").orEmpty()
    private val include = wish.texts("include") + listOfNotNull(wish.text("include"))

    suspend fun facts(): JsonObject = when (wish.text("call")) {
        "list" -> all("processes", client.processes(wish.text("status"), wish.text("tag"), page, perPage)) { process(it) }
        "types" -> list("types", client.formats(wish.text("from"), wish.text("to"), include = include)) { type(it) }
        "operations" -> list(
            "operations",
            client.operations(wish.text("operation"), engine = wish.text("engine"), include = include, alternatives = wish.text("alternatives") == "true"),
        ) { operation(it) }
        "me" -> client.me().run { jsonOf(text("id", id), text("username", username), text("email", email), number("credits", credits), "entry" to entry) }
        "status", "wait" -> status(client.status(url, wait = wish.text("call") == "wait"))
        "convert" -> launch()
        "start" -> status(client.start(url, Wish(wish.job()).source(), wish.text("answered") == "ended") { with(Wish(wish.job())) { setJob() } })
        "download" -> {
            val file = File.createTempFile("download", "")
            try {
                client.download(url, file.toPath(), wish.text("file"), wish.text("name"), wish.text("answered") == "inline")
            } finally {
                file.delete()
            }
            jsonOf()
        }
        "tasks" -> all("tasks", client.tasks(wish.text("id"), wish.text("status"), wish.text("operation"), include, page, perPage)) { task(it) }
        "task" -> task(client.task(id, wish.text("wait") == "true", include))
        "retry_task" -> task(client.retryTask(id))
        "cancel_task" -> client.cancelTask(id)?.let { task(it) } ?: jsonOf()
        "delete_task" -> client.deleteTask(id).let { jsonOf() }
        "webhooks" -> all("webhooks", client.webhooks(wish.text("url"), page, perPage)) { webhook(it) }
        "create_webhook" -> webhook(client.createWebhook(wish.text("url").orEmpty(), wish.texts("events")))
        "delete_webhook" -> client.deleteWebhook(id).let { jsonOf() }
        else -> error("there is no function for $wish")
    }

    private val page: Int? get() = wish["page"]?.jsonPrimitive?.intOrNull
    private val perPage: Int? get() = wish["per_page"]?.jsonPrimitive?.intOrNull

    private suspend fun launch(): JsonObject {
        val job = Wish(wish.job())
        val answered = wish.text("answered")?.let { Answered.valueOf(it.uppercase()) }
            ?: return client.launch(job.source()) { with(job) { setJob() } }.run { jsonOf(text("id", id), text("url", url)) }
        return status(client.launch(job.source(), answered) { with(job) { setJob() } })
    }

    /** The entries of the first page: the script has one. Where it is the last, no further one is asked for. */
    private suspend fun <T : Any> all(name: String, flow: Flow<T>, facts: (T) -> JsonObject): JsonObject {
        val expected = (outcome[name] as? JsonArray)?.size
        return list(name, if (expected == null || "next" !in outcome) flow.toList() else flow.take(expected).toList(), facts)
    }

    private fun <T> list(name: String, entries: List<T>, facts: (T) -> JsonObject): JsonObject = jsonOf(name to JsonArray(entries.map(facts)))

    private fun process(told: ListedProcess) = told.run {
        jsonOf(text("id", id), text("url", url), text("step", step), text("started", started), text("ended", ended), text("tag", tag), "entry" to entry)
    }

    private fun type(told: ConversionType) = told.run { jsonOf(text("from", from), text("to", to), "entry" to entry) }

    private fun operation(told: Operation) = told.run {
        jsonOf(
            text("operation", operation), text("from", from), text("to", to), text("engine", engine), number("credits", credits), "entry" to entry,
        )
    }

    private fun status(told: ProcessStatus) = told.run {
        jsonOf(
            text("id", id), text("step", step), number("percent", percent), text("message", message), text("code", code), text("url", url),
            text("upload_url", uploadUrl), text("filename", filename), number("size", size), "files" to jsonOf(files), "info" to info, "entry" to entry,
            "uploads" to uploads.takeIf { it.isNotEmpty() }?.let { forms ->
                JsonArray(forms.map { jsonOf(text("task", it.task), text("url", it.url), "fields" to JsonObject(it.fields.mapValues { (_, text) -> JsonPrimitive(text) })) })
            },
        )
    }

    private fun task(told: Task) = told.run {
        jsonOf(
            text("id", id), text("job", job), text("name", name), text("operation", operation), text("status", status), text("code", code),
            text("message", message), "entry" to entry,
            "files" to JsonArray(files.map { jsonOf(text("name", it.name), number("size", it.size), text("url", it.url)) }),
        )
    }

    private fun webhook(told: AccountWebhook) = told.run {
        jsonOf(
            text("id", id), text("url", url), "events" to jsonOf(events), "disabled" to JsonPrimitive(isDisabled), "failing" to JsonPrimitive(isFailing),
            text("secret", secret), "entry" to entry,
        )
    }

    private fun text(name: String, value: String?): Pair<String, JsonElement?> = name to JsonPrimitive(value)

    private fun number(name: String, value: Number?): Pair<String, JsonElement?> = name to JsonPrimitive(value)

    companion object {
        /** `delete` is a conversion here, which cancels first. */
        fun isOffered(wish: JsonObject): Boolean = when (wish.text("call")) {
            "delete", "create" -> false
            "start" -> "job" in wish && wish.text("answered") in listOf(null, "ended")
            else -> true
        }

        /** What a vector of a call wants to be converted, in the form of the other vectors. */
        private fun JsonObject.job(): JsonObject = JsonObject(mapOf("job" to (get("job") ?: JsonObject(emptyMap()))))
    }
}
