package com.cloudconvert

import com.cloudconvert.core.Api
import com.cloudconvert.core.InputFile
import com.cloudconvert.core.Machine
import com.cloudconvert.internal.OkHttpTransport
import com.cloudconvert.internal.Outputs
import com.cloudconvert.internal.Run
import com.cloudconvert.internal.Service
import com.cloudconvert.internal.Observers
import com.cloudconvert.internal.convertMany
import com.cloudconvert.internal.items
import com.cloudconvert.internal.policyFor
import com.cloudconvert.internal.writing
import java.io.File
import kotlin.random.Random
import kotlin.random.nextULong
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.channelFlow
import okhttp3.OkHttpClient

/**
 * A client of CloudConvert. Cheap to make and safe to share.
 *
 * ```
 * val client = CloudConvert(System.getenv("CLOUDCONVERT_API_KEY"))
 * val result = client.convert(Source.file(File("photo.png")), File("photo.jpg"))
 * ```
 *
 * Every function suspends until its work is done, throws a [CloudConvertException] where it fails, and cleans up on the
 * service when its coroutine is cancelled. Requests that fail are repeated as far as that is safe and the [Policy] allows.
 */
public class CloudConvert internal constructor(private val service: Service) {
    /**
     * @param apiKey the API key. Not in an app that you hand out: whoever has the app can read it. Such an app asks a
     *   backend to [prepare], then does [upload] and [follow] without a key
     * @param baseUrl where the service is; null for `https://api.cloudconvert.com/v1`, and with no key for the origin of
     *   the URLs that [upload], [follow] and [delete] are given
     * @param trustedHosts further hosts that the service may name in its URLs
     * @param http whose connections, proxy and TLS settings are used; not its redirects, retries, timeouts and cache
     */
    @JvmOverloads
    public constructor(
        apiKey: String? = null,
        baseUrl: String? = null,
        trustedHosts: List<String> = emptyList(),
        http: OkHttpClient = OkHttpClient(),
    ) : this(Service(apiKey, baseUrl, trustedHosts, OkHttpTransport(http)))

    /**
     * Converts a file: uploads it, waits, downloads the output, and deletes both on the service.
     *
     * @param source what is converted
     * @param saveTo where the output goes: a file, or an existing folder for files under the names that the service
     *   gives. It appears when it is whole, never before. Null leaves the output on the service
     * @param to the output format; as a rule the extension of [saveTo]
     * @param callbacks the URLs, or their queries alone, with which the service called [JobOptions.callback] and perhaps
     *   those of other conversions: the status is asked for when it called, and seldom in between
     * @param checkpoint called in this coroutine with what [resume] takes, before a request of which another program would
     *   have to know
     * @param onProgress called in this coroutine whenever something has changed
     */
    public suspend fun convert(
        source: Source,
        saveTo: File?,
        to: String = saveTo?.extension.orEmpty(),
        job: JobOptions = JobOptions(),
        policy: Policy = Policy(),
        callbacks: Flow<String>? = null,
        checkpoint: (suspend (String) -> Unit)? = null,
        onProgress: (suspend (Progress) -> Unit)? = null,
    ): ConversionResult {
        val wish = ConversionRequest(source, saveTo, to, job, policy)
        val observers = Observers(onProgress, checkpoint, callbacks)
        val outputs = Outputs(saveTo)
        return service.convert(wish.machine(observers), outputs = outputs) { Run(it, service.transport, outputs, source.uploads, observers) }
    }

    /** [convert] as a cold flow: collecting converts, and ending the collection early cancels. */
    public fun conversion(
        source: Source,
        saveTo: File?,
        to: String = saveTo?.extension.orEmpty(),
        job: JobOptions = JobOptions(),
        policy: Policy = Policy(),
    ): Flow<ConversionUpdate> = channelFlow {
        val result = convert(source, saveTo, to, job, policy, onProgress = { send(ConversionUpdate.Progressed(it)) })
        send(ConversionUpdate.Finished(result))
    }.buffer(Channel.CONFLATED)

    /**
     * Converts many files: a cold flow that emits each when it has ended, well or not. When the service asks one to slow
     * down, all do. Ending the collection early cancels what still runs.
     *
     * @param requests what is converted, each into another place
     * @param concurrency how many run at once
     * @param onProgress called whenever something has changed, with the place among the requests
     */
    public fun convertMany(
        requests: List<ConversionRequest>,
        concurrency: Int = 5,
        onProgress: (suspend (Int, Progress) -> Unit)? = null,
    ): Flow<BatchResult> = channelFlow { service.convertMany(requests, concurrency, onProgress) { send(it) } }.buffer(Channel.UNLIMITED)

    /**
     * Goes on with a conversion that a `checkpoint` told of, perhaps in another process, with the same service.
     *
     * @param saved what the last checkpoint was called with; it has neither the key nor the bytes of any file
     * @param saveTo where the output goes, as before
     * @param source the files that are uploaded, where that was not over yet
     * @param to with this, [source], [to] and [job] are the whole job once more: content and the credentials of storages
     *   are not in a saved state, and a process that was not started yet needs them
     */
    public suspend fun resume(
        saved: String,
        saveTo: File?,
        source: Source? = null,
        to: String? = null,
        job: JobOptions = JobOptions(),
        checkpoint: (suspend (String) -> Unit)? = null,
        onProgress: (suspend (Progress) -> Unit)? = null,
    ): ConversionResult {
        val observers = Observers(onProgress, checkpoint)
        val outputs = Outputs(saveTo)
        val restored = { api: Api ->
            Machine.restore(api, saved).also { if (source != null && to != null) it.supply(job.toJson(source, to)) }
        }
        return service.convert(restored, outputs = outputs) { machine ->
            outputs.assume(machine.verified())
            Run(machine, service.transport, outputs, source?.uploads.orEmpty(), observers)
        }
    }

    /** Creates and starts a process that waits for an upload, for a program without the key to go on with. */
    public suspend fun prepare(
        name: String,
        to: String,
        job: JobOptions = JobOptions(),
        policy: Policy = Policy(),
    ): Prepared {
        val wish = job.toJson(Source.Upload(name) { error("nothing is uploaded here") }, to)
        val output = service.drive({ api -> Machine.prepare(api, wish, policy.toJson(), Random.nextULong()) })
        return Prepared(output.processId.orEmpty(), output.processUrl.orEmpty(), output.uploadUrl.orEmpty())
    }

    /** Uploads to a process that waits for it: an [Source.Upload], or [Source.Uploads]. */
    public suspend fun upload(
        uploadUrl: String,
        source: Source,
        policy: Policy = Policy(),
        onProgress: (suspend (Progress) -> Unit)? = null,
    ) {
        val files = source.uploads.map { InputFile(it.name, it.size?.toULong()) }
        val observers = Observers(onProgress)
        val made = { api: Api -> Machine.upload(api, uploadUrl, files, policy.toJson(observers), Random.nextULong()) }
        service.drive(made, uploadUrl) { Run(it, service.transport, Outputs(null), source.uploads, observers) }
    }

    /** Follows a process that another program created, downloads its output and deletes it. As [convert] otherwise. */
    public suspend fun follow(
        processUrl: String,
        saveTo: File?,
        policy: Policy = Policy(),
        onProgress: (suspend (Progress) -> Unit)? = null,
    ): ConversionResult {
        val observers = Observers(onProgress)
        val patience = policyFor(saveTo, policy).toJson(observers)
        val outputs = Outputs(saveTo)
        val made = { api: Api -> Machine.follow(api, processUrl, patience, Random.nextULong()) }
        return service.convert(made, processUrl, outputs) { Run(it, service.transport, outputs, observers = observers) }
    }

    /** Deletes a process and its files on the service, and cancels it if it runs. */
    public suspend fun delete(processUrl: String, policy: Policy = Policy()) {
        service.drive({ api -> Machine.delete(api, processUrl, policy.toJson(), Random.nextULong()) }, processUrl)
    }

    // Single calls: each is repeated only where that does no harm.

    /** All processes of the key that the service still knows. */
    public suspend fun processes(): List<ListedProcess> =
        service.call(mapOf("call" to "list")).items("processes").map { ListedProcess.of(it) }

    /** What the service converts; only [from] or [to] a format, if wanted. Needs no key. */
    public suspend fun formats(from: String? = null, to: String? = null): List<ConversionType> =
        service.call(mapOf("call" to "types", "from" to from, "to" to to)).items("types").map { ConversionType.of(it) }

    /** Asks how far a process is. Needs no key. */
    public suspend fun status(processUrl: String): ProcessStatus =
        ProcessStatus.of(service.call(mapOf("call" to "status", "url" to processUrl), processUrl))

    /** Creates a process, which serves one conversion. */
    public suspend fun create(source: Source, to: String, job: JobOptions = JobOptions()): CreatedProcess =
        CreatedProcess.of(service.call(mapOf("call" to "create", "job" to job.members(source, to))))

    /** Starts a process that was created. With an upload as its source it then waits for that: see [ProcessStatus.uploadUrl]. */
    public suspend fun start(processUrl: String, source: Source, to: String, job: JobOptions = JobOptions()): ProcessStatus =
        ProcessStatus.of(service.call(mapOf("call" to "start", "url" to processUrl, "job" to job.members(source, to)), processUrl))

    /**
     * Downloads an output, or one [file] of it, from [ProcessStatus.url] into [saveTo], which appears when it is whole. [follow]
     * does that too, and all that has to be done before and afterwards.
     */
    public suspend fun download(outputUrl: String, saveTo: File, file: String? = null) {
        val outputs = Outputs(saveTo)
        val wish = mapOf("call" to "download", "url" to outputUrl, "file" to file, "name" to saveTo.name)
        writing(outputs) {
            service.call(wish, outputUrl, outputs)
            outputs.keepAll()
        }
    }
}
