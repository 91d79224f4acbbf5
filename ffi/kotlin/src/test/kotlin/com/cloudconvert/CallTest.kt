package com.cloudconvert

import com.cloudconvert.core.Api
import com.cloudconvert.core.Machine
import com.cloudconvert.core.MachineException
import com.cloudconvert.internal.Driver
import com.cloudconvert.internal.Outputs
import com.cloudconvert.internal.Run
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
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long

/** Replays tests/vectors/calls through the driver, in virtual time: single calls, each of whose requests gets the same answer. */
@OptIn(ExperimentalCoroutinesApi::class)
class CallTest {
    @Test
    fun `every call is replayed`() = forEachVector("../../tests/vectors/calls") { vector -> runTest { replay(vector) } }

    private suspend fun TestScope.replay(vector: JsonObject) {
        val wish = vector.filterKeys { it in listOf("call", "url", "job", "answered", "file", "from", "to") }
        val outcome = vector["outcome"]!!.jsonObject
        val entry = JsonObject(vector.filterKeys { it in listOf("expect", "answer", "fail") })
        val script = Script(JsonObject(vector + ("script" to JsonArray(List(REPEATS) { entry }))), this, clock = { testScheduler.currentTime })
        val outputs = Outputs(File.createTempFile("call", "").apply { deleteOnExit() }.toPath())
        try {
            val ended = Api(vector.text("base"), vector.text("url"), vector.text("key"), emptyList()).use { api ->
                Machine.call(api, JsonObject(wish).toString(), null, 1uL).use { Driver(Run(it, script, outputs, clock = script.clock, io = EmptyCoroutineContext)).drive() }
            }
            assertTrue(contains(Json.parseToJsonElement(ended.reply()), outcome), "$ended")
        } catch (refused: MachineException.Refused) {
            check(outcome, CloudConvertException.of(refused.details))
        } catch (failure: CloudConvertException) {
            check(outcome, failure)
        }
        outputs.discard()
        outcome["after"]?.jsonArray?.map { it.jsonPrimitive.long }?.let { (least, most) ->
            assertTrue(testScheduler.currentTime in least..most, "it took ${testScheduler.currentTime} ms")
        }
    }

    private fun check(outcome: JsonObject, failure: CloudConvertException) {
        assertEquals(outcome.text("error"), failure.code, failure.message)
        assertTrue(outcome.text("message").orEmpty() in failure.message.orEmpty(), failure.message)
    }

    /** Whether all that is expected was told. A type is expected as a pair of formats. */
    private fun contains(told: JsonElement?, expected: JsonElement): Boolean = when {
        expected is JsonNull -> told == null || told is JsonNull
        told is JsonObject && expected is JsonObject -> expected.all { (name, value) -> contains(told[name], value) }
        told is JsonObject && expected is JsonArray -> listOf(told["from"], told["to"]) == expected
        told is JsonArray && expected is JsonArray ->
            told.size == expected.size && told.zip(expected).all { (item, wanted) -> contains(item, wanted) }
        else -> told == expected
    }

    private companion object {
        /** More than any call sends. */
        const val REPEATS = 100
    }
}
