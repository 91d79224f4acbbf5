package com.cloudconvert

import com.cloudconvert.core.Api
import com.cloudconvert.core.InputFile
import com.cloudconvert.core.Machine
import com.cloudconvert.core.MachineException
import com.cloudconvert.core.Output
import com.cloudconvert.internal.Driver
import com.cloudconvert.internal.OkHttpTransport
import com.cloudconvert.internal.OutputFailure
import com.cloudconvert.internal.Outputs
import com.cloudconvert.internal.Transport
import java.io.File
import kotlin.random.Random
import kotlin.random.nextULong
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.channelFlow
import kotlinx.coroutines.flow.emptyFlow
import kotlinx.coroutines.withContext
import kotlinx.serialization.json.Json
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
public class CloudConvert internal constructor(
    private val apiKey: String?,
    private val baseUrl: String?,
    private val trustedHosts: List<String>,
    private val transport: Transport,
) {
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
    ) : this(apiKey, baseUrl, trustedHosts, OkHttpTransport(http))

    /**
     * Converts a file: uploads it, waits, downloads the output, and deletes both on the service.
     *
     * @param source what is converted
     * @param saveTo where the output goes: a file, or an existing folder for files under the names that the service
     *   gives. It appears when it is whole, never before. Null leaves the output on the service
     * @param to the output format; as a rule the extension of [saveTo]
     * @param callbacks the URLs, or their queries alone, with which the service called [JobOptions.callback] and perhaps
     *   those of other conversions: the status is asked for when it called, and seldom in between
     * @param onProgress called in this coroutine whenever something has changed
     */
    public suspend fun convert(
        source: Source,
        saveTo: File?,
        to: String = saveTo?.extension.orEmpty(),
        job: JobOptions = JobOptions(),
        policy: Policy = Policy(),
        callbacks: Flow<String>? = null,
        onProgress: (suspend (Progress) -> Unit)? = null,
    ): Converted {
        val wish = job.toJson(source, to)
        val watch = if (callbacks != null) "callback" else watch(onProgress)
        val patience = policyFor(saveTo.takeIf { job.output == null }, policy).toJson(watch)
        return run(saveTo, source, onProgress, callbacks = callbacks) { api -> Machine.convert(api, wish, patience, Random.nextULong()) }
    }

    /** [convert] as a cold flow: collecting converts, and ending the collection early cancels. */
    public fun conversion(
        source: Source,
        saveTo: File?,
        to: String = saveTo?.extension.orEmpty(),
        job: JobOptions = JobOptions(),
        policy: Policy = Policy(),
    ): Flow<Update> = channelFlow {
        val result = convert(source, saveTo, to, job, policy, onProgress = { send(Update.Progressed(it)) })
        send(Update.Finished(result))
    }.buffer(Channel.CONFLATED)

    /** Creates and starts a process that waits for an upload, for a program without the key to go on with. */
    public suspend fun prepare(
        name: String,
        to: String,
        job: JobOptions = JobOptions(),
        policy: Policy = Policy(),
    ): Prepared {
        val wish = job.toJson(Source.Upload(name) { error("nothing is uploaded here") }, to)
        val output = drive(Outputs(null), null, null) { api -> Machine.prepare(api, wish, policy.toJson("result"), Random.nextULong()) }
        return Prepared(output.processId.orEmpty(), output.processUrl.orEmpty(), output.uploadUrl.orEmpty())
    }

    /** Uploads to a process that was prepared: an [Source.Upload], or [Source.Uploads]. */
    public suspend fun upload(
        uploadUrl: String,
        source: Source,
        policy: Policy = Policy(),
        onProgress: (suspend (Progress) -> Unit)? = null,
    ) {
        val files = source.uploads.map { InputFile(it.name, it.size?.toULong()) }
        val patience = policy.toJson(watch(onProgress))
        drive(Outputs(null), source, onProgress, uploadUrl) { api ->
            Machine.upload(api, uploadUrl, files, patience, Random.nextULong())
        }
    }

    /** Follows a process that another program created, downloads its output and deletes it. As [convert] otherwise. */
    public suspend fun follow(
        processUrl: String,
        saveTo: File?,
        policy: Policy = Policy(),
        onProgress: (suspend (Progress) -> Unit)? = null,
    ): Converted {
        val patience = policyFor(saveTo, policy).toJson(watch(onProgress))
        return run(saveTo, null, onProgress, processUrl) { api -> Machine.follow(api, processUrl, patience, Random.nextULong()) }
    }

    /** Deletes a process and its files on the service, and cancels it if it runs. */
    public suspend fun delete(processUrl: String, policy: Policy = Policy()) {
        drive(Outputs(null), null, null, processUrl) { api ->
            Machine.delete(api, processUrl, policy.toJson("result"), Random.nextULong())
        }
    }

    /** Somebody looks at the percent, or only the end counts. */
    private fun watch(onProgress: Any?): String = if (onProgress == null) "result" else "progress"

    private fun policyFor(saveTo: File?, policy: Policy): Policy = when {
        saveTo == null -> policy.copy(download = Policy.Download.NONE)
        policy.download == Policy.Download.EACH && !saveTo.isDirectory ->
            throw CloudConvertException.of("bad_request", "`saveTo` has to be a folder that exists, for each of many files")
        else -> policy
    }

    /** Runs a conversion whose outputs are wanted. */
    private suspend fun run(
        saveTo: File?,
        source: Source?,
        onProgress: (suspend (Progress) -> Unit)?,
        url: String? = null,
        callbacks: Flow<String>? = null,
        machine: (Api) -> Machine,
    ): Converted {
        val outputs = Outputs(saveTo)
        try {
            val output = drive(outputs, source, onProgress, url, callbacks, machine)
            val files = withContext(Dispatchers.IO + NonCancellable) { outputs.finish(output.files) }
            return Converted(files, output.processId, output.url, output.info?.let { Json.parseToJsonElement(it) })
        } catch (failure: OutputFailure) {
            throw CloudConvertException.of("output", "the output cannot be written: ${failure.message}")
        } finally {
            withContext(Dispatchers.IO + NonCancellable) { outputs.discard() }
        }
    }

    private suspend fun drive(
        outputs: Outputs,
        source: Source?,
        onProgress: (suspend (Progress) -> Unit)?,
        url: String? = null,
        callbacks: Flow<String>? = null,
        machine: (Api) -> Machine,
    ): Output {
        val base = baseUrl ?: BASE.takeIf { url == null || apiKey != null }
        try {
            Api(base, url, apiKey, trustedHosts).use { api ->
                machine(api).use { machine ->
                    val files = source?.uploads.orEmpty()
                    val heard = callbacks ?: emptyFlow()
                    return Driver(machine, transport, outputs, files, heard, System::currentTimeMillis) { onProgress?.invoke(it) }.run()
                }
            }
        } catch (refused: MachineException.Refused) {
            throw CloudConvertException.of(refused.facts)
        }
    }

    private companion object {
        const val BASE = "https://api.cloudconvert.com/v1"
    }
}
