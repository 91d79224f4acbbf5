package com.cloudconvert.internal

import com.cloudconvert.CloudConvertException
import com.cloudconvert.ConversionResult
import com.cloudconvert.FollowOptions
import com.cloudconvert.PatienceOptions
import com.cloudconvert.core.Api
import com.cloudconvert.core.Machine
import com.cloudconvert.core.MachineException
import com.cloudconvert.core.Output
import java.nio.file.Path
import kotlin.random.Random
import kotlin.random.nextULong
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.jsonObject

/** Where the service is, how it is reached, the key to it, and what all calls have in common. */
internal class Service(
    private val apiKey: String?,
    private val baseUrl: String?,
    private val trustedHosts: List<String>,
    val transport: Transport,
    val defaults: PatienceOptions,
) {
    /** Lends the service that a call with this URL is for. */
    inline fun <T> api(url: String? = null, body: (Api) -> T): T = try {
        Api(baseUrl, url, apiKey, trustedHosts).use(body)
    } catch (refused: MachineException.Refused) {
        throw CloudConvertException.of(refused.details)
    }

    /** Drives a machine whose outputs are not wanted. */
    suspend fun drive(make: (Api) -> Machine, url: String? = null, run: (Machine) -> Run = { Run(it, transport, Outputs(null)) }): Output =
        api(url, make).use { machine -> run(machine).let { Driver(it).drive().output(it.failure) } }

    /** Drives a machine whose outputs are. */
    suspend fun convert(make: (Api) -> Machine, url: String? = null, outputs: Outputs, run: (Machine) -> Run): ConversionResult =
        writing(outputs) { converted(drive(make, url, run), outputs) }

    /** Drives a single call. */
    suspend fun call(
        name: String,
        vararg members: Pair<String, JsonElement?>,
        url: String? = null,
        outputs: Outputs = Outputs(null),
    ): JsonObject {
        val wish = jsonOf("call" to JsonPrimitive(name), "url" to JsonPrimitive(url), *members).toString()
        val call = api(url) { Machine.call(it, wish, json(defaults.policy()), newSeed()) }
        return call.use { machine ->
            val run = Run(machine, transport, outputs)
            Json.parseToJsonElement(Driver(run).drive().reply(run.failure)).jsonObject
        }
    }
}

/** Writes outputs by [body]. Nothing half-written is left, however it ends. */
internal suspend fun <T> writing(outputs: Outputs, body: suspend () -> T): T = try {
    body()
} catch (failure: OutputFailure) {
    throw CloudConvertException.of("output", "the output cannot be written: ${failure.message}", failure.cause)
} finally {
    withContext(Dispatchers.IO + NonCancellable) { outputs.discard() }
}

/** What came out, with its files under their names. */
internal suspend fun converted(output: Output, outputs: Outputs): ConversionResult {
    val files = withContext(Dispatchers.IO + NonCancellable) { outputs.finish(output.files) }
    return ConversionResult(files, output.processId, output.url, output.info?.let { Json.parseToJsonElement(it) })
}

/** The policy for where the output goes. */
internal fun policyFor(saveTo: Path?, options: FollowOptions): Map<String, JsonElement?> =
    if (saveTo == null) options.policy() + ("download" to JsonPrimitive("none")) else options.policy()

/** A policy as the core reads it, with the client's defaults for what it leaves out. */
internal fun json(policy: Map<String, JsonElement?>, defaults: PatienceOptions? = null): String =
    JsonObject(jsonOf(defaults?.policy().orEmpty()) + jsonOf(policy)).toString()

/** What the retries of a machine are spread by. */
internal fun newSeed(): ULong = Random.nextULong()
