package com.cloudconvert

import com.cloudconvert.core.MachineException
import com.cloudconvert.core.signUrl
import com.cloudconvert.core.verifyUrl
import com.cloudconvert.core.verifyWebhook
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject

/** What the service says by a webhook of version 2 of the API. Anyone can send such a request: [verify] tells whether the service did. */
public class Webhook private constructor(
    /** `job.created`, `job.finished`, `job.failed`, or one that comes later. */
    public val event: String,
    /** The ID of the job. */
    public val jobId: String,
    /** The whole job with its tasks, as the service wrote it. It holds signed URLs. */
    public val job: JsonObject,
    internal val callback: Callback,
) {
    /** The job is left out. */
    override fun toString(): String = "Webhook($event, $jobId)"

    public companion object {
        /**
         * Checks the signature of a webhook in constant time, then reads it.
         *
         * @param body the raw body of the request: JSON that was parsed and written again has another signature.
         * @param signature its header `CloudConvert-Signature`; null where there is none.
         * @param secret the signing secret of that webhook.
         * @throws CloudConvertException `unauthorized` for what is not signed with this secret, `bad_request` for an empty
         * secret, `invalid_response` for what is signed and not a webhook.
         */
        public fun verify(body: ByteArray, signature: String?, secret: String): Webhook = refusing {
            val webhook = verifyWebhook(body, signature.orEmpty(), secret)
            Webhook(webhook.event, webhook.jobId, Json.parseToJsonElement(webhook.job).jsonObject, Callback.of(webhook.callback))
        }
    }
}

/** A URL that runs a job when it is opened, and redirects to the file. Anyone who has it can read the job. */
public data class SignedUrl(
    /** The body of the job's creation: `{"tasks": {…}}`. */
    public val job: JsonObject,
    /** Requests with the same key share one result for a day. Without one, each request runs the job and costs. */
    public val cacheKey: String? = null,
) {
    /**
     * The URL, of the base and the secret that the account's dashboard shows.
     *
     * @throws CloudConvertException `bad_request` for a base that is not a URL, an empty secret, a job without a task
     * `export/url`, or a cache key with other characters than letters, digits, `_` and `-`.
     */
    public fun sign(base: String, secret: String): String = refusing { signUrl(base, secret, job.toString(), cacheKey) }

    public companion object {
        /**
         * Checks a URL, byte for byte as it was requested, and reads it.
         *
         * @throws CloudConvertException `unauthorized` for what is not signed with this secret, `bad_request` for an empty
         * secret, or where a signed URL holds no job.
         */
        public fun verify(url: String, secret: String): SignedUrl = refusing {
            val signed = verifyUrl(url, secret)
            SignedUrl(Json.parseToJsonElement(signed.job).jsonObject, signed.cacheKey)
        }
    }
}

private inline fun <T> refusing(body: () -> T): T = try {
    body()
} catch (refused: MachineException.Refused) {
    throw CloudConvertException.of(refused.details)
}
