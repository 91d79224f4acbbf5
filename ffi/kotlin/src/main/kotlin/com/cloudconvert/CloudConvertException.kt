package com.cloudconvert

import com.cloudconvert.core.Facts
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/**
 * A conversion that failed, in words for a person, with the facts that a program needs. A cancelled coroutine throws
 * its `CancellationException` instead.
 */
public sealed class CloudConvertException(facts: Facts) : Exception(facts.message) {
    /** The kind of failure, by the name that it has in every language of the kit, such as `conversion_failed`. */
    public val code: String = facts.code

    /** The HTTP status that the service answered with. */
    public val status: Int? = facts.status?.toInt()

    /** How long the service asked to wait. */
    public val retryAfter: Duration? = facts.retryAfter?.let { it.toLong().milliseconds }

    /** The process that failed. */
    public val processId: String? = facts.processId

    /** A parameter is missing, wrong or contradicts another (also: HTTP 400). */
    public class BadRequest internal constructor(facts: Facts) : CloudConvertException(facts)

    /** The API key is missing or wrong (HTTP 401, 403). */
    public class Unauthorized internal constructor(facts: Facts) : CloudConvertException(facts)

    /** The process is gone, or never was (HTTP 404, 410). */
    public class NotFound internal constructor(facts: Facts) : CloudConvertException(facts)

    /** The service could not convert this input (HTTP 422). */
    public class ConversionFailed internal constructor(facts: Facts) : CloudConvertException(facts)

    /** The service has no capacity or an internal error, and the retries are used up. */
    public class Unavailable internal constructor(facts: Facts) : CloudConvertException(facts)

    /** The service asked to slow down for longer than the conversion may last (HTTP 429). */
    public class Throttled internal constructor(facts: Facts) : CloudConvertException(facts)

    /** The connection failed, and the retries are used up. */
    public class Network internal constructor(facts: Facts) : CloudConvertException(facts)

    /** The conversion's deadline passed. */
    public class DeadlinePassed internal constructor(facts: Facts) : CloudConvertException(facts)

    /** An answer that is not the API's, or an output that is not whole. */
    public class InvalidResponse internal constructor(facts: Facts) : CloudConvertException(facts)

    /** The service named a URL on a host that is not to be trusted. */
    public class UntrustedUrl internal constructor(facts: Facts) : CloudConvertException(facts)

    /** The input cannot be read. */
    public class InputUnreadable internal constructor(facts: Facts) : CloudConvertException(facts)

    /** The output cannot be written. */
    public class OutputUnwritable internal constructor(facts: Facts) : CloudConvertException(facts)

    /** A failure that this version has no class for. */
    public class Other internal constructor(facts: Facts) : CloudConvertException(facts)

    internal companion object {
        fun of(facts: Facts): CloudConvertException = when (facts.code) {
            "bad_request" -> BadRequest(facts)
            "unauthorized" -> Unauthorized(facts)
            "not_found" -> NotFound(facts)
            "conversion_failed" -> ConversionFailed(facts)
            "unavailable" -> Unavailable(facts)
            "throttled" -> Throttled(facts)
            "network" -> Network(facts)
            "timeout" -> DeadlinePassed(facts)
            "invalid_response" -> InvalidResponse(facts)
            "untrusted_url" -> UntrustedUrl(facts)
            "input" -> InputUnreadable(facts)
            "output" -> OutputUnwritable(facts)
            else -> Other(facts)
        }

        fun of(code: String, message: String): CloudConvertException = of(Facts(code, message, null, null, null))
    }
}
