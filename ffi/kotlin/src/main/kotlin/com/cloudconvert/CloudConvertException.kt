package com.cloudconvert

import com.cloudconvert.core.ErrorDetails
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/**
 * A conversion or a call that failed. The message says what happened and what to do. A cancelled coroutine throws its
 * `CancellationException` instead. The `cause` is what the HTTP client or the file system threw, if it did.
 */
public sealed class CloudConvertException(details: ErrorDetails, cause: Throwable?) : Exception(details.message, cause) {
    /** The kind of failure, by the name that it has in every language of the kit, such as `conversion_failed`. */
    public val code: String = details.code

    /** The HTTP status that the service answered with. */
    public val status: Int? = details.status?.toInt()

    /** Whether the same may work later, after [retryAfter] or some minutes. */
    public val isRetryable: Boolean = details.isRetryable

    /** How long the service asked to wait. */
    public val retryAfter: Duration? = details.retryAfter?.let { it.toLong().milliseconds }

    /** The process that failed. */
    public val processId: String? = details.processId

    /** The method of the request that failed, where one was sent. */
    public val method: String? = details.method

    /** The URL of that request, without its query. */
    public val url: String? = details.url

    /** What the service itself said. The message may say more. */
    public val serviceMessage: String? = details.serviceMessage

    /** A parameter is missing, is wrong or contradicts another (also: HTTP 400). */
    public class BadRequest internal constructor(details: ErrorDetails, cause: Throwable?) : CloudConvertException(details, cause)

    /** The API key is missing or wrong (HTTP 401, 403), or its account has no credits (402). */
    public class Unauthorized internal constructor(details: ErrorDetails, cause: Throwable?) : CloudConvertException(details, cause)

    /** The service does not know the process: it was deleted, has expired, or never was (HTTP 404, 410). */
    public class NotFound internal constructor(details: ErrorDetails, cause: Throwable?) : CloudConvertException(details, cause)

    /** The service could not convert this input (HTTP 422). */
    public class ConversionFailed internal constructor(details: ErrorDetails, cause: Throwable?) : CloudConvertException(details, cause)

    /** The service has no capacity or an internal error, and the retries are used up. */
    public class Unavailable internal constructor(details: ErrorDetails, cause: Throwable?) : CloudConvertException(details, cause)

    /** The service asked to slow down for longer than the conversion may last (HTTP 429). */
    public class Throttled internal constructor(details: ErrorDetails, cause: Throwable?) : CloudConvertException(details, cause)

    /** The connection failed, and the retries are used up. */
    public class Network internal constructor(details: ErrorDetails, cause: Throwable?) : CloudConvertException(details, cause)

    /** The deadline of the conversion passed. */
    public class Timeout internal constructor(details: ErrorDetails, cause: Throwable?) : CloudConvertException(details, cause)

    /** The conversion was cancelled, though not by its coroutine. */
    public class Cancelled internal constructor(details: ErrorDetails, cause: Throwable?) : CloudConvertException(details, cause)

    /** The answer is not the API's, or an output is not whole. */
    public class InvalidResponse internal constructor(details: ErrorDetails, cause: Throwable?) : CloudConvertException(details, cause)

    /** The service named a URL on a host that is not trusted. See [ClientOptions.trustedHosts]. */
    public class UntrustedUrl internal constructor(details: ErrorDetails, cause: Throwable?) : CloudConvertException(details, cause)

    /** The input cannot be read. */
    public class InputUnreadable internal constructor(details: ErrorDetails, cause: Throwable?) : CloudConvertException(details, cause)

    /** The output cannot be written. */
    public class OutputUnwritable internal constructor(details: ErrorDetails, cause: Throwable?) : CloudConvertException(details, cause)

    /** A failure that this version has no class for. See [code]. */
    public class Other internal constructor(details: ErrorDetails, cause: Throwable?) : CloudConvertException(details, cause)

    internal companion object {
        fun of(details: ErrorDetails, cause: Throwable? = null): CloudConvertException = when (details.code) {
            "bad_request" -> BadRequest(details, cause)
            "unauthorized" -> Unauthorized(details, cause)
            "not_found" -> NotFound(details, cause)
            "conversion_failed" -> ConversionFailed(details, cause)
            "unavailable" -> Unavailable(details, cause)
            "throttled" -> Throttled(details, cause)
            "network" -> Network(details, cause)
            "timeout" -> Timeout(details, cause)
            "cancelled" -> Cancelled(details, cause)
            "invalid_response" -> InvalidResponse(details, cause)
            "untrusted_url" -> UntrustedUrl(details, cause)
            "input" -> InputUnreadable(details, cause)
            "output" -> OutputUnwritable(details, cause)
            else -> Other(details, cause)
        }

        /** What this language finds out by itself. */
        fun of(code: String, message: String, cause: Throwable? = null): CloudConvertException =
            of(ErrorDetails(code, message, null, false, null, null, null, null, null, cause != null), cause)
    }
}
