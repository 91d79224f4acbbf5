package com.cloudconvert

import com.cloudconvert.internal.Service
import com.cloudconvert.internal.items
import com.cloudconvert.internal.jsonOf
import java.nio.file.Path
import kotlinx.coroutines.flow.Flow
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/**
 * The single calls of a client. Each is repeated only where that does no harm, and ends in time, also where the service never
 * answers. A list is a cold flow: each collection asks anew, and asks for the next page when it gets there.
 *
 * Calls that can wait for the end do so with version 1 of the API, and with version 2 at CloudConvert itself. At another base
 * URL of version 2 they throw [CloudConvertException.BadRequest] at once, because nothing there answers in the end.
 */
public abstract class Calls internal constructor(internal val service: Service) {
    /**
     * The processes or jobs of the key that the service still knows.
     *
     * @param status only those of this status, such as `finished`. Version 2 of the API
     * @param tag only those with this tag. Version 2 of the API
     * @param page the page to begin with, from 1. Version 2 of the API
     * @param perPage how many are asked for at once. Version 2 of the API
     */
    public fun processes(status: String? = null, tag: String? = null, page: Int? = null, perPage: Int? = null): Flow<ListedProcess> {
        val filters = arrayOf("status" to JsonPrimitive(status), "tag" to JsonPrimitive(tag))
        return service.pages("list", "processes", *filters, *paging(page, perPage)) { ListedProcess.of(it) }
    }

    /**
     * The pairs of formats that the service converts, of one input or output format if wanted. Needs no key.
     *
     * @param include what else is told of each, such as `options`. Version 2 of the API, as all that follows
     * @param alternatives whether all engines are told, and not only the default
     */
    public suspend fun formats(
        from: String? = null,
        to: String? = null,
        engine: String? = null,
        engineVersion: String? = null,
        include: List<String> = emptyList(),
        alternatives: Boolean = false,
    ): List<ConversionType> =
        service.call("types", *catalogue(from, to, engine, engineVersion, include, alternatives)).items("types").map { ConversionType.of(it) }

    /** What the service does with files. Parameters as of [formats]. Version 2 of the API. Needs no key. */
    public suspend fun operations(
        operation: String? = null,
        from: String? = null,
        to: String? = null,
        engine: String? = null,
        engineVersion: String? = null,
        include: List<String> = emptyList(),
        alternatives: Boolean = false,
    ): List<Operation> {
        val named = "operation" to JsonPrimitive(operation)
        val reply = service.call("operations", named, *catalogue(from, to, engine, engineVersion, include, alternatives))
        return reply.items("operations").map { Operation.of(it) }
    }

    /** The account that the key belongs to. Version 2 of the API. */
    public suspend fun me(): Account = Account.of(service.call("me"))

    /**
     * Asks how far a process or a job is. With version 1 it needs no key.
     *
     * @param process its URL, or with version 2 its ID
     * @param wait whether the answer comes when the conversion has ended
     */
    public suspend fun status(process: String, wait: Boolean = false): ProcessStatus =
        ProcessStatus.of(service.call(if (wait) "wait" else "status", url = process))

    /**
     * Creates and starts in one call what needs no upload, for [CloudConvert.follow]. It may have been done where the answer is
     * lost, so it is never repeated.
     */
    public suspend fun launch(source: Source, configure: JobOptions.() -> Unit): CreatedProcess =
        CreatedProcess.of(service.call("convert", "job" to job(source, configure)))

    /** The same, but the answer comes when the conversion has ended. */
    public suspend fun launch(
        source: Source,
        answered: Answered,
        configure: JobOptions.() -> Unit,
    ): ProcessStatus {
        val told = "answered" to JsonPrimitive(answered.name.lowercase())
        return ProcessStatus.of(service.call("convert", "job" to job(source, configure), told))
    }

    /** Creates a process, which serves one conversion. Version 1 of the API. */
    public suspend fun create(source: Source, configure: JobOptions.() -> Unit): CreatedProcess =
        CreatedProcess.of(service.call("create", "job" to job(source, configure)))

    /**
     * Starts a process that was created. With an upload as its source it then waits for that: see [ProcessStatus.uploadUrl].
     * Version 1 of the API.
     *
     * @param wait whether the answer comes when the conversion has ended
     */
    public suspend fun start(
        processUrl: String,
        source: Source,
        wait: Boolean = false,
        configure: JobOptions.() -> Unit,
    ): ProcessStatus {
        val answered = "answered" to JsonPrimitive("ended".takeIf { wait })
        return ProcessStatus.of(service.call("start", "job" to job(source, configure), answered, url = processUrl))
    }

    /**
     * Downloads an output from [ProcessStatus.url]. [CloudConvert.follow] does that too, and all that has to be done before and
     * afterwards.
     *
     * @param saveTo a file, which appears when it is whole, or a folder that exists
     * @param file which one of several outputs, by its name. Version 1 of the API
     * @param name what it is called in a folder. Null for `file`, or the name in its URL, or `output`
     * @param inline whether it is asked for as what is shown instead of saved. Version 1 of the API
     * @param overwrite whether a file of that name in a folder is replaced
     */
    public suspend fun download(
        outputUrl: String,
        saveTo: Path,
        file: String? = null,
        name: String? = null,
        inline: Boolean = false,
        overwrite: Boolean = false,
    ) {
        val members = arrayOf("file" to JsonPrimitive(file), "name" to JsonPrimitive(name), "answered" to JsonPrimitive("inline".takeIf { inline }))
        service.call("download", *members, url = outputUrl, path = saveTo, overwrite = overwrite)
    }

    /**
     * The tasks of a [job] by its ID, or of all jobs of the key. Version 2 of the API, as all that follows.
     *
     * @param status only those of this status, such as `error`
     * @param operation only those of this operation, such as `convert`
     * @param include what else is told of each, such as `payload`
     * @param page the page to begin with, from 1
     * @param perPage how many are asked for at once
     */
    public fun tasks(
        job: String? = null,
        status: String? = null,
        operation: String? = null,
        include: List<String> = emptyList(),
        page: Int? = null,
        perPage: Int? = null,
    ): Flow<Task> = service.pages(
        "tasks", "tasks",
        "id" to JsonPrimitive(job),
        "status" to JsonPrimitive(status),
        "operation" to JsonPrimitive(operation),
        "include" to included(include),
        *paging(page, perPage),
    ) { Task.of(it) }

    /**
     * A task.
     *
     * @param wait whether the answer comes when the task has ended
     * @param include what else is told, such as `payload`
     */
    public suspend fun task(id: String, wait: Boolean = false, include: List<String> = emptyList()): Task =
        Task.of(service.call("task", "id" to JsonPrimitive(id), "wait" to JsonPrimitive(true).takeIf { wait }, "include" to included(include)))

    /** Runs a task once more, as a new one. */
    public suspend fun retryTask(id: String): Task = Task.of(service.call("retry_task", "id" to JsonPrimitive(id)))

    /** Stops a task. Null where it has ended already. */
    public suspend fun cancelTask(id: String): Task? =
        service.call("cancel_task", "id" to JsonPrimitive(id)).takeIf { it.isNotEmpty() }?.let { Task.of(it) }

    /** Deletes a task with its files. */
    public suspend fun deleteTask(id: String) {
        service.call("delete_task", "id" to JsonPrimitive(id))
    }

    /** The webhooks of the account, or those that call [url]. The other parameters are as of [tasks]. */
    public fun webhooks(url: String? = null, page: Int? = null, perPage: Int? = null): Flow<AccountWebhook> =
        service.pages("webhooks", "webhooks", "url" to JsonPrimitive(url), *paging(page, perPage)) { AccountWebhook.of(it) }

    /**
     * Makes the service call a URL. [Webhook] checks what calls.
     *
     * @param events `job.created`, `job.finished`, `job.failed`
     */
    public suspend fun createWebhook(url: String, events: List<String>): AccountWebhook =
        AccountWebhook.of(service.call("create_webhook", "events" to jsonOf(events), url = url, isPlace = false))

    /** The service calls that URL no more. */
    public suspend fun deleteWebhook(id: String) {
        service.call("delete_webhook", "id" to JsonPrimitive(id))
    }

    private fun job(source: Source, configure: JobOptions.() -> Unit): JsonElement = (JobValues() as JobOptions).apply(configure).job(source)

    private fun paging(page: Int?, perPage: Int?): Array<Pair<String, JsonElement?>> =
        arrayOf("page" to JsonPrimitive(page), "per_page" to JsonPrimitive(perPage))

    private fun included(names: List<String>): JsonElement? = jsonOf(names).takeIf { it.isNotEmpty() }

    private fun catalogue(
        from: String?, to: String?, engine: String?, engineVersion: String?, include: List<String>, alternatives: Boolean,
    ): Array<Pair<String, JsonElement?>> = arrayOf(
        "from" to JsonPrimitive(from),
        "to" to JsonPrimitive(to),
        "engine" to JsonPrimitive(engine),
        "engine_version" to JsonPrimitive(engineVersion),
        "include" to included(include),
        "alternatives" to JsonPrimitive(true).takeIf { alternatives },
    )
}
