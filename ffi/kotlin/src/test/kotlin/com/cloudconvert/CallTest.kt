package com.cloudconvert

import com.cloudconvert.core.Api
import com.cloudconvert.core.Machine
import com.cloudconvert.core.SaveTo
import com.cloudconvert.core.MachineException
import com.cloudconvert.internal.Driver
import com.cloudconvert.internal.Outputs
import com.cloudconvert.internal.Run
import com.cloudconvert.internal.jsonOf
import com.cloudconvert.internal.reply
import com.cloudconvert.internal.text
import java.io.File
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.doubleOrNull
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long

/**
 * Replays tests/vectors/calls and v2/calls in virtual time: single calls, each of whose requests gets the same answer. Each goes
 * through the driver, and through the client's function.
 */
@OptIn(ExperimentalCoroutinesApi::class)
class CallTest {
    @Test
    fun `every call is replayed`() = replayAll("../../tests/vectors/calls") { vector ->
        JsonObject(vector.filterKeys { it in listOf("call", "url", "job", "answered", "file", "from", "to") })
    }

    @Test
    fun `every call of version 2 is replayed`() = replayAll("../../tests/vectors/v2/calls") { it["call"]!!.jsonObject }

    private fun replayAll(folder: String, wishOf: (JsonObject) -> JsonObject) = forEachVector(folder) { vector ->
        val wish = wishOf(vector)
        runTest {
            replay(vector) { script, outputs ->
                Api(vector.text("base"), wish.text("url"), vector.text("key"), emptyList()).use { api ->
                    Machine.begin(api, "${jsonOf("call" to wish)}", 1uL).use {
                        val reply = Driver(Run(it, script, outputs, clock = script.clock, io = EmptyCoroutineContext)).drive().reply()
                        val told = Json.parseToJsonElement(reply).jsonObject
                        assertEquals(vector["outcome"]!!.jsonObject["next"] == null, told["next"] == null, "the next page")
                        told
                    }
                }
            }
        }
        if (CallByFunction.isOffered(wish)) {
            runTest { replay(vector) { script, _ -> CallByFunction(scripted(vector, script), wish, vector["outcome"]!!.jsonObject).facts() } }
        }
    }

    private suspend fun TestScope.replay(vector: JsonObject, run: suspend (Script, Outputs) -> JsonObject) {
        val outcome = vector["outcome"]!!.jsonObject
        val entry = JsonObject(vector.filterKeys { it in listOf("expect", "answer", "fail") })
        val script = Script(JsonObject(vector + ("script" to JsonArray(List(REPEATS) { entry }))), this, clock = { testScheduler.currentTime })
        val outputs = Outputs(File.createTempFile("call", "").apply { deleteOnExit() }.toPath(), SaveTo.File)
        try {
            val told = run(script, outputs)
            assertEquals(null, outcome.text("error"), "$told")
            assertTrue(contains(told, outcome), "$told")
        } catch (refused: MachineException.Refused) {
            checkFailure(outcome, CloudConvertException.of(refused.details))
        } catch (failure: CloudConvertException) {
            checkFailure(outcome, failure)
        }
        outputs.discard()
        outcome["after"]?.jsonArray?.map { it.jsonPrimitive.long }?.let { (least, most) ->
            assertTrue(testScheduler.currentTime in least..most, "it took ${testScheduler.currentTime} ms")
        }
    }

    /** Whether all that is expected was told. A type is expected as a pair of formats. */
    private fun contains(told: JsonElement?, expected: JsonElement): Boolean = when {
        expected is JsonNull -> told == null || told is JsonNull
        told is JsonObject && expected is JsonObject ->
            expected.all { (name, value) -> name in NOT_TOLD || contains(told[name], value) }
        told is JsonObject && expected is JsonArray -> listOf(told["from"], told["to"]) == expected
        told is JsonArray && expected is JsonArray ->
            told.size == expected.size && told.zip(expected).all { (item, wanted) -> contains(item, wanted) }
        told is JsonPrimitive && expected is JsonPrimitive && !expected.isString && expected.doubleOrNull != null ->
            told.doubleOrNull == expected.doubleOrNull
        else -> told == expected
    }

    private companion object {
        /** More than any call sends. */
        const val REPEATS = 100

        /** What is checked apart. */
        val NOT_TOLD = listOf("after", "next")
    }
}
