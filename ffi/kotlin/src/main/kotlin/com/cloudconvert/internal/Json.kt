package com.cloudconvert.internal

import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.doubleOrNull

/** An object as the core reads it: what is null is left out. */
internal fun jsonOf(members: Map<String, JsonElement?>): JsonObject =
    JsonObject(members.mapNotNull { (name, value) -> value?.takeIf { it !is JsonNull }?.let { name to it } }.toMap())

internal fun jsonOf(vararg members: Pair<String, JsonElement?>): JsonObject = jsonOf(members.toMap())

internal fun jsonOf(texts: List<String>): JsonArray = JsonArray(texts.map { JsonPrimitive(it) })

/** A name of a file as text: half a character, as names on some systems have, is replaced. */
internal fun unicode(name: String): String = name.replace(HALF, "\uFFFD")

private val HALF = Regex("[\\uD800-\\uDBFF](?![\\uDC00-\\uDFFF])|(?<![\\uD800-\\uDBFF])[\\uDC00-\\uDFFF]")

/** A time as the core counts it: a part of a millisecond is a whole one. */
internal fun milliseconds(time: Duration?): JsonPrimitive =
    JsonPrimitive(time?.let { it.inWholeMilliseconds + if (it > it.inWholeMilliseconds.milliseconds) 1 else 0 })

internal fun Map<String, JsonElement>.text(name: String): String? = (get(name) as? JsonPrimitive)?.contentOrNull

internal fun JsonObject.number(name: String): Double? = (get(name) as? JsonPrimitive)?.doubleOrNull

internal fun JsonObject.texts(name: String): List<String> =
    (get(name) as? JsonArray).orEmpty().mapNotNull { (it as? JsonPrimitive)?.contentOrNull }

internal fun JsonObject.items(name: String): List<JsonObject> = (get(name) as? JsonArray).orEmpty().filterIsInstance<JsonObject>()
