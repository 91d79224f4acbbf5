package com.cloudconvert.internal

import com.cloudconvert.CloudConvertException
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.doubleOrNull

/** Options as the core reads them; what is null is left out. */
internal fun json(members: Map<String, Any?>): String =
    JsonObject(members.filterValues { it != null }.mapValues { (name, value) -> element(name, value) }).toString()

private fun element(name: String, value: Any?): JsonElement = when (value) {
    null -> JsonNull
    is JsonElement -> value
    is String -> JsonPrimitive(value)
    is Number -> JsonPrimitive(value)
    is Boolean -> JsonPrimitive(value)
    is Map<*, *> -> JsonObject(value.entries.associate { (key, item) -> key.toString() to element(name, item) })
    is Iterable<*> -> JsonArray(value.map { element(name, it) })
    else -> throw CloudConvertException.of("bad_request", "the option `$name` has a value that JSON cannot hold")
}

internal fun Map<String, JsonElement>.text(name: String): String? = (get(name) as? JsonPrimitive)?.contentOrNull

internal fun JsonObject.number(name: String): Double? = (get(name) as? JsonPrimitive)?.doubleOrNull

internal fun JsonObject.texts(name: String): List<String> =
    (get(name) as? JsonArray).orEmpty().mapNotNull { (it as? JsonPrimitive)?.contentOrNull }

internal fun JsonObject.items(name: String): List<JsonObject> = (get(name) as? JsonArray).orEmpty().filterIsInstance<JsonObject>()
