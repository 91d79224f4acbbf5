package com.cloudconvert.internal

import java.io.IOException
import java.net.MalformedURLException
import java.security.cert.CertPathBuilderException
import java.security.cert.CertPathValidatorException
import java.security.cert.CertificateException
import javax.net.ssl.SSLException
import javax.net.ssl.SSLPeerUnverifiedException

/** Which failure it is, if it is one that cannot pass by itself, and what to do about it. */
internal fun permanent(failure: IOException): String? {
    val causes = generateSequence<Throwable>(failure) { it.cause }.toList()
    val refused = causes.any {
        it is CertificateException || it is CertPathBuilderException || it is CertPathValidatorException ||
            it is SSLPeerUnverifiedException
    }
    val said = failure.message.orEmpty()
    val why = causes.last().message.orEmpty().lineSequence().first()
    return when {
        refused -> "its certificate is refused: $why; if it is your own, give an OkHttpClient that trusts it"
        failure is SSLException && said.startsWith("Unsupported or unrecognized SSL message") ->
            "it does not speak TLS; perhaps its address begins with http://"
        failure is SSLException && ("protocol_version" in said || said.startsWith("No appropriate protocol")) ->
            "it speaks no version of TLS that is allowed here: $said; give an OkHttpClient that allows it"
        failure is MalformedURLException -> "its address is not valid: $said; check the base URL"
        else -> null
    }
}
