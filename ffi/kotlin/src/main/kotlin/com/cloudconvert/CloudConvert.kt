package com.cloudconvert

import com.cloudconvert.internal.Observers
import com.cloudconvert.internal.OkHttpTransport
import com.cloudconvert.internal.Service
import com.cloudconvert.internal.convertMany
import com.cloudconvert.internal.jsonOf
import com.cloudconvert.internal.policy
import com.cloudconvert.internal.unicode
import java.nio.file.Path
import kotlin.time.Duration
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.channelFlow
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import okhttp3.OkHttpClient

/** How a client reaches the service. */
@CloudConvertDsl
public class ClientOptions internal constructor() {
    /**
     * Where the service is. Default: `https://api.cloudconvert.com/v2`. Without a key it is the origin of the URLs that
     * [CloudConvert.upload], [CloudConvert.follow] and [CloudConvert.delete] are given. A path that ends in `/v2` is version 2 of the
     * API, any other version 1.
     */
    public var baseUrl: String? = null

    /** Further hosts that the service may name in its URLs. */
    public var trustedHosts: List<String> = emptyList()

    /** How many requests of a conversion or a single call may be repeated after failures. Default: 20, of a call 5. */
    public var retries: Int? = null

    /** How often the service may ask either to slow down. Default: 200, of a call 10. */
    public var throttles: Int? = null

    /** How long either may take. Default: six hours, of a call two minutes. */
    public var deadline: Duration? = null

    /** How long a request that moves no file may stay without an answer. Default: 30 seconds. */
    public var requestTimeout: Duration? = null

    /** Its connections, its proxy, its TLS settings and its time to connect are used. Its redirects, retries, other timeouts and cache are not. */
    public var http: OkHttpClient? = null
}

/**
 * A client of CloudConvert. Cheap to make and safe to share.
 *
 * ```
 * val client = CloudConvert(System.getenv("CLOUDCONVERT_API_KEY"))
 * val result = client.convert(Source.file(Path("photo.png")), Path("photo.jpg"))
 * ```
 *
 * Every function suspends until its work is done. It throws a [CloudConvertException] where it fails. When its coroutine is
 * cancelled, it cleans up on the service first. Requests that fail are repeated as far as that is safe and the options allow.
 */
public class CloudConvert internal constructor(service: Service) : Calls(service) {
    /**
     * @param apiKey the API key; an empty one is none. Do not put it into an app that you hand out, because anyone can read it there. Such an app
     *   asks a backend to [prepare], then calls [upload] and [follow] without a key
     */
    @JvmOverloads
    public constructor(apiKey: String? = null, configure: ClientOptions.() -> Unit = {}) :
        this(service(apiKey, ClientOptions().apply(configure)))

    /**
     * Converts a file: uploads it, waits, downloads the output, and deletes both on the service.
     *
     * ```
     * client.convert(Source.file(Path("photo.png")), Path("out/")) {
     *     to = "jpg"
     *     options { put("quality", 80) }
     *     onProgress = { println(it.percent) }
     * }
     * ```
     *
     * @param source what is converted
     * @param saveTo the file that the output is written to, which is replaced, or an existing folder for files under the names
     *   that the service gives. The output appears when it is whole, never before. Null takes
     *   it into memory: [ConversionResult.contents]
     */
    public suspend fun convert(
        source: Source,
        saveTo: Path? = null,
        configure: ConvertOptions.() -> Unit = {},
    ): ConversionResult = convert(ConversionRequest(source, saveTo, configure))

    /** The same of a request that was made before. */
    public suspend fun convert(request: ConversionRequest): ConversionResult {
        return service.convert(request.wish(service.defaults), null, request.saveTo, request.options.overwrite) { machine, outputs ->
            service.run(machine, outputs, request.source.uploads, service.observers(request.options))
        }
    }

    /**
     * Runs a job of your own (version 2 of the API): uploads, follows, downloads, verifies and deletes, as [convert] does.
     *
     * ```
     * val tasks = buildJsonObject {
     *     putJsonObject("plan") { put("operation", "import/upload") }
     *     putJsonObject("small") { put("operation", "thumbnail"); put("input", "plan"); put("output_format", "png") }
     *     putJsonObject("files") { put("operation", "export/url"); put("input", "small") }
     * }
     * client.run(tasks, mapOf("plan" to Source.file(Path("plan.pdf"))), Path("plan.png"))
     * ```
     *
     * @param tasks the tasks as the API writes them, by their names
     * @param files what is uploaded, by the names of its import tasks
     * @param configure of the job, `tag` and `callback`. All else stands in its tasks
     */
    public suspend fun run(
        tasks: JsonObject,
        files: Map<String, Source.Upload> = emptyMap(),
        saveTo: Path? = null,
        configure: ConvertOptions.() -> Unit = {},
    ): ConversionResult = convert(Source.Tasks(tasks, files), saveTo, configure)

    /** [convert] as a cold flow: collecting converts, and ending the collection early cancels. */
    public fun conversion(
        source: Source,
        saveTo: Path? = null,
        configure: ConvertOptions.() -> Unit = {},
    ): Flow<ConversionUpdate> = channelFlow {
        val request = ConversionRequest(source, saveTo, configure)
        val onProgress = request.options.onProgress
        request.options.onProgress = {
            onProgress?.invoke(it)
            send(ConversionUpdate.Progressed(it))
        }
        send(ConversionUpdate.Finished(convert(request)))
    }.buffer(Channel.CONFLATED)

    /**
     * Converts many files: a cold flow that emits each when it has ended, well or not. When the service asks one to slow
     * down, all do. Ending the collection early cancels those that still run.
     *
     * @param requests what is converted, each into another file
     * @param concurrency how many run at once, from 1 on
     */
    public fun convertMany(requests: List<ConversionRequest>, concurrency: Int = 5): Flow<BatchResult> =
        channelFlow { service.convertMany(requests, concurrency) { send(it) } }.buffer(Channel.UNLIMITED)

    /**
     * Goes on with a conversion that a `checkpoint` was told of, perhaps in another program, with the same service.
     *
     * @param saved what the last checkpoint was called with. It has neither the key nor the bytes of any file
     * @param saveTo where the output goes, as before. Null takes into memory what was not saved yet
     * @param source the files that are uploaded. Needed where the upload was not over yet
     * @param configure what is another than it was: the patience, what is downloaded, whether it is deleted. With `to` or `mode` in it,
     *   [source] and this are the whole job once more, and with a [Source.Tasks] too. A process that was not started yet needs them,
     *   because content and the credentials of storages are not in a saved state
     */
    public suspend fun resume(
        saved: String,
        saveTo: Path? = null,
        source: Source? = null,
        configure: ResumeOptions.() -> Unit = {},
    ): ConversionResult {
        val options = ResumeOptions().apply(configure)
        val wish = jsonOf(
            "saved" to JsonPrimitive(saved),
            "job" to source?.let { options.job(it) },
            "policy" to policy(options.policy(), service.defaults),
        )
        return service.convert(wish, null, saveTo, options.overwrite) { machine, outputs ->
            outputs.assume(machine.verified(), machine.names())
            val observers = Observers(options.onProgress, options.checkpoint, service.callbacks.flow)
            service.run(machine, outputs, source?.uploads.orEmpty(), observers)
        }
    }

    /** Creates and starts a process that waits for the upload of a file of this [name], by a program that has no key. */
    public suspend fun prepare(name: String, configure: PrepareOptions.() -> Unit): Prepared {
        val options = PrepareOptions().apply(configure)
        val job = options.job(Source.Upload(name) { error("nothing is uploaded here") })
        val output = service.drive(wish("prepare", options, "job" to job))
        return Prepared(output.ticket.orEmpty(), output.processId.orEmpty(), output.processUrl.orEmpty(), output.uploadUrl)
    }

    /**
     * Uploads to a process that waits for it.
     *
     * @param ticket the ticket of the process, or its upload URL
     * @param source a [Source.Upload], or [Source.Uploads]
     */
    public suspend fun upload(ticket: String, source: Source, configure: UploadOptions.() -> Unit = {}) {
        val options = UploadOptions().apply(configure)
        val files = source.uploads.map { jsonOf("name" to JsonPrimitive(unicode(it.name)), "size" to JsonPrimitive(it.size)) }
        service.drive(wish("upload", options, "url" to JsonPrimitive(ticket), "files" to JsonArray(files)), ticket) {
            service.run(it, files = source.uploads, observers = Observers(options.onProgress))
        }
    }

    /**
     * Follows a process that another program created, downloads its output and deletes it. As [convert] otherwise.
     *
     * @param ticket the ticket of the process, or its URL
     */
    public suspend fun follow(
        ticket: String,
        saveTo: Path? = null,
        configure: FollowOptions.() -> Unit = {},
    ): ConversionResult {
        val options = FollowOptions().apply(configure)
        val wanted = wish("follow", options, "url" to JsonPrimitive(ticket))
        return service.convert(wanted, ticket, saveTo, options.overwrite) { machine, outputs ->
            service.run(machine, outputs, observers = service.observers(options))
        }
    }

    /** Deletes a process and its files on the service, by its [ticket] or its URL, and cancels it if it runs. */
    public suspend fun delete(ticket: String, configure: PatienceOptions.() -> Unit = {}) {
        service.drive(wish("delete", PatienceOptions().apply(configure), "url" to JsonPrimitive(ticket)), ticket)
    }

    /** A run as the core reads it. */
    private fun wish(run: String, options: PatienceOptions, vararg members: Pair<String, JsonElement?>): JsonObject =
        jsonOf("run" to JsonPrimitive(run), "policy" to policy(options.policy(), service.defaults), *members)

    /**
     * Reads the URL by which the service called back, or its query alone. Anybody can call it: what it says is a hint.
     *
     * @throws CloudConvertException.BadRequest if it names no conversion
     * @throws CloudConvertException.UntrustedUrl if it names one of another service
     */
    public fun callback(called: String): Callback = service.api { Callback.of(it.callback(called)) }

    /**
     * Tells the conversions that wait by [FollowOptions.Watch.CALLBACK] that their callback URL was called. They ask for their
     * status then, because anybody can call that URL. It may be called on any thread.
     *
     * @param called the URL that was called, or its query alone
     */
    public fun calledBack(called: String): Unit = calledBack(callback(called))

    /** The same for version 2 of the API, which calls by webhooks. */
    public fun calledBack(webhook: Webhook): Unit = calledBack(webhook.callback)

    /** The same of a callback that was read before. */
    public fun calledBack(callback: Callback): Unit = service.callbacks.tell(callback)

    private companion object {
        fun service(apiKey: String?, options: ClientOptions): Service {
            val defaults = PatienceOptions().apply {
                retries = options.retries
                throttles = options.throttles
                deadline = options.deadline
                requestTimeout = options.requestTimeout
            }
            return Service(apiKey, options.baseUrl, options.trustedHosts, OkHttpTransport(options.http ?: OkHttpClient()), defaults)
        }
    }
}
