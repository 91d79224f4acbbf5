package com.cloudconvert

import com.cloudconvert.internal.items
import com.cloudconvert.internal.number
import com.cloudconvert.internal.text
import com.cloudconvert.internal.texts
import kotlinx.serialization.json.JsonObject

/** The account that a key belongs to (version 2 of the API). */
public class Account internal constructor(
    /** Its ID. */
    public val id: String?,
    /** Its name. */
    public val username: String?,
    /** Its address. */
    public val email: String?,
    /** How many credits are left. */
    public val credits: Double?,
    /** All that the service says about it. */
    public val entry: JsonObject,
) {
    override fun toString(): String = "Account($id)"

    internal companion object {
        fun of(reply: JsonObject): Account =
            Account(reply.text("id"), reply.text("username"), reply.text("email"), reply.number("credits"), entryOf(reply))
    }
}

/** Something that the service does with files (version 2 of the API). */
public class Operation internal constructor(
    /** Its name, such as `convert`. */
    public val operation: String,
    /** The format of the input. */
    public val from: String?,
    /** The format of the output. */
    public val to: String?,
    /** What does it. */
    public val engine: String?,
    /** How many credits it takes at least. */
    public val credits: Double?,
    /** All that the service says about it, with its options where they were asked for. */
    public val entry: JsonObject,
) {
    override fun toString(): String = "Operation($operation, $from, $to, $engine)"

    internal companion object {
        fun of(reply: JsonObject): Operation = Operation(
            reply.text("operation").orEmpty(), reply.text("from"), reply.text("to"), reply.text("engine"), reply.number("credits"), entryOf(reply),
        )
    }
}

/** A part of a job (version 2 of the API). */
public class Task internal constructor(
    /** Its ID. */
    public val id: String,
    /** The ID of its job; null of one that was repeated. */
    public val job: String?,
    /** Its name in the job. */
    public val name: String?,
    /** What it does, such as `convert`. */
    public val operation: String?,
    /** `waiting`, `processing`, `finished`, `error`, or one that comes later. */
    public val status: String?,
    /** Why it failed, in one word of the service's. */
    public val code: String?,
    /** What the service says. */
    public val message: String,
    /** What came out. */
    public val files: List<TaskFile>,
    /** All that the service says about it. It holds signed URLs. */
    public val entry: JsonObject,
) {
    override fun toString(): String = "Task($id, $name, $operation, $status)"

    internal companion object {
        fun of(reply: JsonObject): Task = Task(
            id = reply.text("id").orEmpty(),
            job = reply.text("job"),
            name = reply.text("name"),
            operation = reply.text("operation"),
            status = reply.text("status"),
            code = reply.text("code"),
            message = reply.text("message").orEmpty(),
            files = reply.items("files").map { TaskFile(it.text("name").orEmpty(), it.text("size")?.toLongOrNull(), it.text("url")) },
            entry = entryOf(reply),
        )
    }
}

/** A file that came out of a task. */
public class TaskFile internal constructor(
    /** Its name. */
    public val name: String,
    /** Its size in bytes. */
    public val size: Long?,
    /** Where it is for a day. Whoever has it can read the file, so it is not shown. */
    public val url: String?,
) {
    override fun toString(): String = "TaskFile($name, $size)"
}

/** A URL that the service calls when a job of the account begins or ends (version 2 of the API). */
public class AccountWebhook internal constructor(
    /** Its ID. */
    public val id: String,
    /** What is called. */
    public val url: String?,
    /** When it is called. */
    public val events: List<String>,
    /** Whether the service has given it up. */
    public val isDisabled: Boolean,
    /** Whether its last calls failed. */
    public val isFailing: Boolean,
    /** What the service signs its calls with. It is only told when the webhook is created, and not shown. */
    public val secret: String?,
    /** The whole entry, as the service wrote it. */
    public val entry: JsonObject,
) {
    override fun toString(): String = "AccountWebhook($id)"

    internal companion object {
        fun of(reply: JsonObject): AccountWebhook = AccountWebhook(
            id = reply.text("id").orEmpty(),
            url = reply.text("url"),
            events = reply.texts("events"),
            isDisabled = reply.text("disabled") == "true",
            isFailing = reply.text("failing") == "true",
            secret = reply.text("secret"),
            entry = entryOf(reply),
        )
    }
}

internal fun entryOf(reply: JsonObject): JsonObject = reply["entry"] as? JsonObject ?: JsonObject(emptyMap())
