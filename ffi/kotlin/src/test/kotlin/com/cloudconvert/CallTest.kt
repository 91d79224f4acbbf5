package com.cloudconvert

import com.cloudconvert.core.Api
import com.cloudconvert.core.Call
import com.cloudconvert.core.CallTurn
import com.cloudconvert.core.Header
import com.cloudconvert.core.MachineException
import com.cloudconvert.core.Piece
import com.cloudconvert.core.Request
import com.cloudconvert.core.Response
import com.cloudconvert.internal.text
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject

/** Replays tests/vectors/calls: single calls, each a request and how its answer is read. */
class CallTest {
    @Test
    fun `every call is replayed`() = forEachVector("../../tests/vectors/calls") { vector ->
        val wish = vector.filterKeys { it in listOf("call", "url", "job", "answered", "file", "from", "to") }
        val outcome = vector["outcome"]!!.jsonObject
        Api(vector.text("base"), null, vector.text("key"), emptyList()).use { api ->
            Call(api, JsonObject(wish).toString(), 0uL, 1uL).use { call ->
                check(vector["expect"]!!.jsonObject, call.request())
                try {
                    val told = Json.parseToJsonElement(reply(call, response(vector["answer"]!!.jsonObject)))
                    assertTrue(contains(told, outcome), "$told")
                } catch (refused: MachineException.Refused) {
                    assertEquals(outcome.text("error"), refused.facts.code)
                    assertTrue(outcome.text("message").orEmpty() in refused.facts.message, refused.facts.message)
                }
            }
        }
    }

    /** What is replied in the end. The same answer again and again ends the retries. */
    private fun reply(call: Call, response: Response): String {
        var now = 0uL
        while (true) {
            when (val turn = call.answered(now, response)) {
                is CallTurn.Done -> return turn.reply
                is CallTurn.Again -> now += turn.wait
            }
        }
    }

    private fun check(expected: JsonObject, request: Request) {
        assertEquals(expected.text("call"), "${request.method} ${request.url}")
        assertEquals(expected.text("key") == "true", request.carriesKey)
        val body = request.pieces.singleOrNull()?.let { Json.parseToJsonElement((it as Piece.Bytes).bytes.decodeToString()) }
        assertEquals(expected["json"], body)
    }

    private fun response(answer: JsonObject): Response {
        val headers = answer["headers"]?.jsonObject.orEmpty().keys.map { Header(it, answer["headers"]!!.jsonObject.text(it)!!) }
        val body = answer["json"]?.toString() ?: answer.text("text").orEmpty()
        return Response(answer.text("status")?.toUShort() ?: 200u, headers, body.toByteArray(), 0u)
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
}
