package com.cloudconvert.internal

import com.cloudconvert.Source
import com.cloudconvert.core.Request
import com.cloudconvert.core.Response

/** Performs one request at a time. It decides nothing. */
internal interface Transport {
    /**
     * Sends a request exactly as it stands and gives the whole answer. Cancelled, it stops before it throws.
     *
     * @throws InputFailure a file cannot be read
     * @throws OutputFailure the output cannot be written
     * @throws TooLarge the answer is longer than its place takes
     * @throws java.io.IOException there is no answer
     */
    suspend fun send(request: Request, files: List<Source.Upload>, outputs: Outputs, told: Told): Response
}

/** What a transport tells on the way: bytes in total. */
internal interface Told {
    fun sent(bytes: Long)

    fun received(bytes: Long)
}

internal class InputFailure(cause: Exception) : Exception(cause.message ?: cause.toString(), cause)

internal class OutputFailure(cause: Exception) : Exception(cause.message ?: cause.toString(), cause)

internal class TooLarge : Exception()
