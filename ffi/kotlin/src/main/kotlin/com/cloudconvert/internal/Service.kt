package com.cloudconvert.internal

import com.cloudconvert.CloudConvertException
import com.cloudconvert.ConversionResult
import com.cloudconvert.FollowOptions
import com.cloudconvert.PatienceOptions
import com.cloudconvert.Source
import com.cloudconvert.core.Api
import com.cloudconvert.core.Machine
import com.cloudconvert.core.MachineException
import com.cloudconvert.core.Output
import java.nio.file.Path
import kotlin.coroutines.CoroutineContext
import kotlin.random.Random
import kotlin.random.nextULong
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
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
    private val transport: Transport,
    val defaults: PatienceOptions,
    private val clock: () -> Long = Clock::now,
    private val io: CoroutineContext = Dispatchers.IO,
    val newSeed: () -> ULong = Random::nextULong,
) {
    /** What the service said by calling back, for all that wait for it. */
    val callbacks = Callbacks()

    /** What a run with these options tells the caller. */
    fun observers(options: FollowOptions): Observers =
        Observers(options.onProgress, options.checkpoint, callbacks.flow)

    /** Lends the service that a call with this URL is for. */
    inline fun <T> api(url: String? = null, body: (Api) -> T): T = try {
        Api(baseUrl, url, apiKey, trustedHosts).use(body)
    } catch (refused: MachineException.Refused) {
        throw CloudConvertException.of(refused.details)
    }

    /** A machine of what is wanted, whose outputs go to this path. */
    fun machine(wish: JsonObject, url: String? = null, path: Path? = null): Machine {
        val whole = JsonObject(wish + jsonOf("save_to" to path?.let { whereTo(it) }))
        return api(url) { Machine.begin(it, "$whole", newSeed()) }
    }

    /** A machine with what its requests need. */
    fun run(machine: Machine, outputs: Outputs = Outputs(null, null), files: List<Source.Upload> = emptyList(), observers: Observers = Observers()): Run {
        if (outputs.areInMemory) machine.forgetOutputs()
        if (observers.checkpoint != null) machine.keepStates()
        return Run(machine, transport, outputs, files, observers, clock, io)
    }

    /** Drives what has no outputs that are wanted. */
    suspend fun drive(wish: JsonObject, url: String? = null, run: (Machine) -> Run = { this.run(it) }): Output =
        machine(wish, url).use { machine -> run(machine).let { it.output(Driver(it).drive()) } }

    /** Drives a conversion whose outputs are wanted at this path. */
    suspend fun convert(wish: JsonObject, url: String? = null, path: Path?, overwrite: Boolean, run: (Machine, Outputs) -> Run): ConversionResult =
        machine(wish, url, path).use { machine ->
            val outputs = Outputs(path, machine.saveTo(), overwrite)
            writing(outputs) { converted(run(machine, outputs).let { it.output(Driver(it).drive()) }, outputs) }
        }

    /**
     * Drives a single call.
     *
     * @param isPlace whether [url] is one of the service, so that it tells where that is
     */
    suspend fun call(
        name: String,
        vararg members: Pair<String, JsonElement?>,
        url: String? = null,
        isPlace: Boolean = true,
        path: Path? = null,
        overwrite: Boolean = false,
    ): JsonObject = call(jsonOf("call" to JsonPrimitive(name), "url" to JsonPrimitive(url), *members), url.takeIf { isPlace }, path, overwrite)

    /** The entries of a list, one page after the other: each page names the call for the next. */
    fun <T> pages(name: String, entries: String, vararg members: Pair<String, JsonElement?>, read: (JsonObject) -> T): Flow<T> = flow {
        var wish: JsonObject? = jsonOf("call" to JsonPrimitive(name), *members)
        while (wish != null) {
            val page = call(wish)
            page.items(entries).forEach { emit(read(it)) }
            wish = page["next"] as? JsonObject
        }
    }

    private suspend fun call(wish: JsonObject, url: String? = null, path: Path? = null, overwrite: Boolean = false): JsonObject =
        machine(jsonOf("call" to wish, "policy" to policy(defaults.policy())), url, path).use { machine ->
            val outputs = Outputs(path, machine.saveTo(), overwrite)
            writing(outputs) {
                val run = run(machine, outputs)
                Json.parseToJsonElement(Driver(run).drive().reply(run.failure)).jsonObject
            }
        }
}

/** Writes outputs by [body]. Nothing half-written is left, however it ends. */
internal suspend fun <T> writing(outputs: Outputs, body: suspend () -> T): T = try {
    body()
} catch (failure: OutputFailure) {
    throw CloudConvertException.of("output", "the output cannot be written: ${failure.message}; check the place and the free space", failure.cause)
} finally {
    withContext(Dispatchers.IO + NonCancellable) { outputs.discard() }
}

/** What came out, with its files under their names. */
internal fun converted(output: Output, outputs: Outputs): ConversionResult {
    val info = output.info?.let { Json.parseToJsonElement(it) }
    val (files, contents) = outputs.of(output.files) to outputs.inMemory(output.files)
    return ConversionResult(files, contents, output.processId, output.processUrl, output.url, output.filename, info)
}

/** A policy as the core reads it, with the client's defaults for what it leaves out. */
internal fun policy(policy: Map<String, JsonElement?>, defaults: PatienceOptions? = null): JsonObject =
    JsonObject(jsonOf(defaults?.policy().orEmpty()) + jsonOf(policy))
