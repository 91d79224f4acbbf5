package com.cloudconvert

import com.cloudconvert.core.ErrorDetails
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/**
 * A conversion that failed, in words for a person, with the facts that a program needs. A cancelled coroutine throws
 * its `CancellationException` instead.
 */
public sealed class CloudConvertException(details: ErrorDetails) : Exception(details.message) {
    /** The kind of failure, by the name that it has in every language of the kit, such as `conversion_failed`. */
    public val code: String = details.code

    /** The HTTP status that the service answered with. */
    public val status: Int? = details.status?.toInt()

    /** How long the service asked to wait. */
    public val retryAfter: Duration? = details.retryAfter?.let { it.toLong().milliseconds }

    /** The process that failed. */
    public val processId: String? = details.processId

    /** A parameter is missing, wrong or contradicts another (also: HTTP 400). */
    public class BadRequest internal constructor(details: ErrorDetails) : CloudConvertException(details)

    /** The API key is missing or wrong (HTTP 401, 403). */
    public class Unauthorized internal constructor(details: ErrorDetails) : CloudConvertException(details)

    /** The process is gone, or never was (HTTP 404, 410). */
    public class NotFound internal constructor(details: ErrorDetails) : CloudConvertException(details)

    /** The service could not convert this input (HTTP 422). */
    public class ConversionFailed internal constructor(details: ErrorDetails) : CloudConvertException(details)

    /** The service has no capacity or an internal error, and the retries are used up. */
    public class Unavailable internal constructor(details: ErrorDetails) : CloudConvertException(details)

    /** The service asked to slow down for longer than the conversion may last (HTTP 429). */
    public class Throttled internal constructor(details: ErrorDetails) : CloudConvertException(details)

    /** The connection failed, and the retries are used up. */
    public class Network internal constructor(details: ErrorDetails) : CloudConvertException(details)

    /** The conversion's deadline passed. */
    public class Timeout internal constructor(details: ErrorDetails) : CloudConvertException(details)

    /** Cancelled by another caller than the coroutine, which throws its own exception. */
    public class Cancelled internal constructor(facts: Facts) : CloudConvertException(facts)

    /** An answer that is not the API's, or an output that is not whole. */
    public class InvalidResponse internal constructor(details: ErrorDetails) : CloudConvertException(details)

    /** The service named a URL on a host that is not to be trusted. */
    public class UntrustedUrl internal constructor(details: ErrorDetails) : CloudConvertException(details)

    /** The input cannot be read. */
    public class InputUnreadable internal constructor(details: ErrorDetails) : CloudConvertException(details)

    /** The output cannot be written. */
    public class OutputUnwritable internal constructor(details: ErrorDetails) : CloudConvertException(details)

    /** A failure that this version has no class for. */
    public class Other internal constructor(details: ErrorDetails) : CloudConvertException(details)

    internal companion object {
        fun of(details: ErrorDetails): CloudConvertException = when (details.code) {
            "bad_request" -> BadRequest(details)
            "unauthorized" -> Unauthorized(details)
            "not_found" -> NotFound(details)
            "conversion_failed" -> ConversionFailed(details)
            "unavailable" -> Unavailable(details)
            "throttled" -> Throttled(details)
            "network" -> Network(details)
            "timeout" -> Timeout(details)
            "cancelled" -> Cancelled(facts)
            "invalid_response" -> InvalidResponse(details)
            "untrusted_url" -> UntrustedUrl(details)
            "input" -> InputUnreadable(details)
            "output" -> OutputUnwritable(details)
            else -> Other(details)
        }

        fun of(code: String, message: String): CloudConvertException = of(ErrorDetails(code, message, null, null, null))
    }
}
