package com.cloudconvert.internal

import com.cloudconvert.Progress
import com.cloudconvert.Source
import com.cloudconvert.core.Machine
import com.cloudconvert.core.Reason
import com.cloudconvert.core.Request
import com.cloudconvert.core.Response
import java.io.IOException
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.emptyFlow

/** A machine, and what its requests need. */
internal class Run(
    val machine: Machine,
    private val transport: Transport,
    val outputs: Outputs,
    private val files: List<Source.Upload> = emptyList(),
    val observers: Observers = Observers(),
    private val clock: () -> Long = System::currentTimeMillis,
) {
    private var shown: Progress? = null
    private var saved: Pair<String, String?>? = null

    /**
     * What has to be done before a request goes out: outputs that are whole get their names, before the process can be
     * deleted; and the state is handed out that another program would have to know of.
     */
    suspend fun prepare(request: Request) {
        outputs.keep(machine.verified())
        val checkpoint = observers.checkpoint ?: return
        val place = machine.progress().let { it.stage to it.processId }
        // Polls change nothing.
        if (place != saved || request.method != "GET") {
            saved = place
            machine.save()?.let { checkpoint(it) }
        }
    }

    /** Sends a request, and tells the machine what becomes of it. */
    suspend fun exchange(request: Request, wake: () -> Unit) {
        val listener = object : TransferListener {
            override fun begun(head: Response) {
                machine.begun(now(), request.id, head)
                wake()
            }

            override fun sent(bytes: Long) {
                machine.sent(now(), request.id, bytes.toULong())
                wake()
            }

            override fun received(bytes: Long) {
                machine.received(now(), request.id, bytes.toULong())
                wake()
            }
        }
        val reason = try {
            val response = transport.send(request, files, outputs, listener)
            return machine.answered(now(), request.id, response)
        } catch (failure: Exception) {
            reasonOf(failure) ?: throw failure
        }
        machine.failed(now(), request.id, reason)
    }

    suspend fun show() {
        val onProgress = observers.onProgress ?: return
        val progress = Progress.of(machine.progress())
        if (progress == shown) return
        shown = progress
        onProgress(progress)
    }

    fun now(): ULong = clock().toULong()
}

/** Milliseconds since the Unix epoch. */
internal fun now(): ULong = System.currentTimeMillis().toULong()

/** How many milliseconds there are from now until then. */
internal fun pause(now: ULong, until: ULong): Long =
    if (until > now) (until - now).coerceAtMost(Long.MAX_VALUE.toULong()).toLong() else 0

/** Who wants to know what. */
internal class Observers(
    val onProgress: (suspend (Progress) -> Unit)? = null,
    val checkpoint: (suspend (String) -> Unit)? = null,
    val callbacks: Flow<String>? = null,
) {
    /** The callbacks that come, if any do. */
    val heard: Flow<String> get() = callbacks ?: emptyFlow()
}

/** Why a transport gave no answer; null for what it did not mean to throw. */
internal fun reasonOf(failure: Exception): Reason? = when (failure) {
    is InputFailure -> Reason.Input(failure.message.orEmpty())
    is OutputFailure -> Reason.Sink(failure.message.orEmpty())
    is IOException -> Reason.Connection
    else -> null
}
