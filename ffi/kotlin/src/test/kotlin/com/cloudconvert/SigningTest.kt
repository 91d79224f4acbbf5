package com.cloudconvert

import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertTrue
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonObject

/** Webhooks and URLs that a secret signs: believed only with the right signature. */
class SigningTest {
    private val body = """{"event":"job.finished","job":{"id":"7","links":{"self":"https:\/\/api.example.com"}}}"""
    private val job = Json.parseToJsonElement("""{"tasks":{"a":{"operation":"export/url","input":[]}}}""").jsonObject
    private val base = "https://s.example.com/b3d85428"

    @OptIn(ExperimentalStdlibApi::class)
    private fun signed(text: String, secret: String = "secret"): String = Mac.getInstance("HmacSHA256").run {
        init(SecretKeySpec(secret.toByteArray(), "HmacSHA256"))
        doFinal(text.toByteArray()).toHexString()
    }

    private fun code(body: () -> Unit): String = assertFailsWith<CloudConvertException> { body() }.code

    @Test
    fun `a signed webhook is read`() {
        val webhook = Webhook.verify(body.toByteArray(), signed(body), "secret")
        assertEquals("job.finished", webhook.event)
        assertEquals("7", webhook.jobId)
        assertEquals(Json.parseToJsonElement(body).jsonObject["job"], webhook.job)
        assertFalse("example" in webhook.toString())
    }

    @Test
    fun `nothing else is believed`() {
        for (signature in listOf(null, "", "ü", signed(body, "other"), signed("$body "))) {
            assertEquals("unauthorized", code { Webhook.verify(body.toByteArray(), signature, "secret") })
        }
        assertEquals("bad_request", code { Webhook.verify(body.toByteArray(), signed(body), "") })
        assertEquals("invalid_response", code { Webhook.verify("[]".toByteArray(), signed("[]"), "secret") })
    }

    @Test
    fun `a signed URL is read again`() {
        val url = SignedUrl(job, "key_1").sign(base, "secret")
        val (unsigned, signature) = url.split("&s=")
        assertEquals(signed(unsigned), signature)
        assertTrue(url.startsWith("$base?job="))
        assertEquals(SignedUrl(job, "key_1"), SignedUrl.verify(url, "secret"))
        assertEquals("unauthorized", code { SignedUrl.verify(url.replace("key_1", "key_2"), "secret") })
        assertEquals("bad_request", code { SignedUrl(job, "a b").sign(base, "secret") })
    }
}
