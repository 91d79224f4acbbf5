package com.cloudconvert.internal

import com.cloudconvert.CloudConvertException
import com.cloudconvert.ConversionResult
import com.cloudconvert.Policy
import com.cloudconvert.core.Api
import com.cloudconvert.core.Machine
import com.cloudconvert.core.MachineException
import com.cloudconvert.core.Output
import java.io.File
import kotlin.random.Random
import kotlin.random.nextULong
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject

/** Where the service is, how it is reached, and the key to it. */
internal class Service(
    private val apiKey: String?,
    private val baseUrl: String?,
    private val trustedHosts: List<String>,
    val transport: Transport,
) {
    /** Lends the service that a call with this URL is for. */
    inline fun <T> api(url: String? = null, body: (Api) -> T): T = try {
        Api(baseUrl, url, apiKey, trustedHosts).use(body)
    } catch (refused: MachineException.Refused) {
        throw CloudConvertException.of(refused.details)
    }

    /** Drives a machine whose outputs are not wanted. */
    suspend fun drive(make: (Api) -> Machine, url: String? = null, run: (Machine) -> Run = { Run(it, transport, Outputs(null)) }): Output =
        api(url, make).use { machine -> Driver(run(machine)).drive().output() }

    /** Drives a machine whose outputs are. */
    suspend fun convert(make: (Api) -> Machine, url: String? = null, outputs: Outputs, run: (Machine) -> Run): ConversionResult =
        writing(outputs) { converted(drive(make, url, run), outputs) }

    /** Drives a single call. */
    suspend fun call(wish: Map<String, Any?>, url: String? = null, outputs: Outputs = Outputs(null)): JsonObject {
        val call = api(url) { Machine.call(it, json(wish), null, Random.nextULong()) }
        return call.use { Json.parseToJsonElement(Driver(Run(it, transport, outputs)).drive().reply()).jsonObject }
    }
}

/** Writes outputs by [body]: whatever becomes of it, nothing half-written is left. */
internal suspend fun <T> writing(outputs: Outputs, body: suspend () -> T): T = try {
    body()
} catch (failure: OutputFailure) {
    throw CloudConvertException.of("output", "the output cannot be written: ${failure.message}")
} finally {
    withContext(Dispatchers.IO + NonCancellable) { outputs.discard() }
}

/** What came out, with its files under their names. */
internal suspend fun converted(output: Output, outputs: Outputs): ConversionResult {
    val files = withContext(Dispatchers.IO + NonCancellable) { outputs.finish(output.files) }
    return ConversionResult(files, output.processId, output.url, output.info?.let { Json.parseToJsonElement(it) })
}

/** The policy for where the output goes. */
internal fun policyFor(saveTo: File?, policy: Policy): Policy = when {
    saveTo == null -> policy.copy(download = Policy.Download.NONE)
    policy.download == Policy.Download.EACH && !saveTo.isDirectory ->
        throw CloudConvertException.of("bad_request", "`saveTo` has to be a folder that exists, for each of many files")
    else -> policy
}
