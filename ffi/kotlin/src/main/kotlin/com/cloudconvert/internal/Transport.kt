package com.cloudconvert.internal

import com.cloudconvert.Source
import com.cloudconvert.core.Request
import com.cloudconvert.core.Response
import java.io.IOException

/** Performs one request at a time. It decides nothing. */
internal interface Transport {
    /**
     * Sends a request exactly as it stands and gives the whole answer. Cancelled, it stops before it throws.
     *
     * @throws InputFailure a file cannot be read
     * @throws OutputFailure the output cannot be written
     * @throws Unreached there never was a connection
     * @throws java.io.IOException there is no answer
     */
    suspend fun send(request: Request, files: List<Source.Upload>, outputs: Outputs, listener: TransferListener): Response
}

/** What a transport tells while it sends and receives. */
internal interface TransferListener {
    /** The head of an answer that goes into a file. */
    fun begun(head: Response)

    /** Bytes in total. */
    fun sent(bytes: Long)

    /** How long the file is. */
    fun received(bytes: Long)
}

/** There never was a connection: no byte of the request has left. */
internal class Unreached(cause: IOException) : IOException(cause.message, cause)

/** A file cannot be read. */
internal class InputFailure(cause: Exception) : Exception(cause.inWords(), cause)

/** The output cannot be written. */
internal class OutputFailure(cause: Exception) : Exception(cause.inWords(), cause)
