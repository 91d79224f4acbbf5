package com.cloudconvert.internal

import com.cloudconvert.Callback
import com.cloudconvert.Progress
import com.cloudconvert.Source
import com.cloudconvert.core.ConversionProgress
import com.cloudconvert.core.Machine
import com.cloudconvert.core.Outcome
import com.cloudconvert.core.Output
import com.cloudconvert.core.Reason
import com.cloudconvert.core.Request
import com.cloudconvert.core.Response
import java.io.IOException
import java.util.logging.Level
import java.util.logging.Logger
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.withContext

/** A machine, and what its requests need. */
internal class Run(
    val machine: Machine,
    private val transport: Transport,
    val outputs: Outputs,
    private val files: List<Source.Upload> = emptyList(),
    val observers: Observers = Observers(),
    private val clock: () -> Long = Clock::now,
    private val io: CoroutineContext = Dispatchers.IO,
) {
    /** The cancellation that the caller's checkpoint asked for by throwing it. */
    private var cancelled: CancellationException? = null

    /** What the last request failed with, if there was no answer to it. */
    var failure: Throwable? = null
        private set

    /** Hands out the state that another program would have to know of before a request goes out. Tells whether it may go. */
    suspend fun isPrepared(request: Request): Boolean {
        val saved = request.checkpoint ?: return true
        // Checkpoints may be slower than a service may be: that time is not the request's.
        machine.held(now(), request.id)
        if (!keep(saved)) return false
        machine.sent(now(), request.id, 0uL)
        return true
    }

    /** Gives the outputs their names. A program that goes on after a crash knows them again by what is told before. */
    suspend fun settle(id: ULong) {
        try {
            val marks = withContext(io) { outputs.flush() }
            if (!keep(machine.naming(marks))) return
            withContext(io) { outputs.keep(machine::isOutput) { output, name -> machine.named(now(), id, output, name) } }
            machine.settled(now(), id)
        } catch (thrown: OutputFailure) {
            failure = thrown.cause
            machine.failed(now(), id, Reason.Sink(thrown.message.orEmpty()))
        }
    }

    /**
     * Hands out a state. What the caller's function throws is reported and changes nothing; only a [CancellationException]
     * cancels the conversion, and is the last that the function was asked for. Tells whether to go on.
     */
    private suspend fun keep(saved: String?): Boolean {
        val checkpoint = observers.checkpoint.takeIf { cancelled == null }
        if (checkpoint == null || saved == null) return true
        try {
            checkpoint(saved)
        } catch (thrown: CancellationException) {
            currentCoroutineContext().ensureActive()
            cancelled = thrown
            machine.cancel(now())
            return false
        } catch (thrown: Exception) {
            report("checkpoint", thrown)
        }
        return true
    }

    /** What came out of the conversion, or the failure thrown. */
    fun output(outcome: Outcome): Output {
        cancelled?.let { throw it }
        return outcome.output(failure)
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
            if (!request.cleansUp) failure = null
            return machine.answered(now(), request.id, response)
        } catch (thrown: Exception) {
            val cause = if (thrown is InputFailure || thrown is OutputFailure || thrown is Unreached) thrown.cause else thrown
            // What becomes of a deletion does not change what has failed.
            if (!request.cleansUp || thrown is OutputFailure) failure = cause
            reasonOf(thrown) ?: throw thrown
        }
        machine.failed(now(), request.id, reason)
    }

    /** Tells how far it is, if there is something to show. */
    suspend fun show() {
        if (observers.onProgress != null) machine.news(now())?.let { show(it) }
    }

    /** Tells that it is so far. What the caller's function throws is the caller's affair, and no reason to give up. */
    suspend fun show(progress: ConversionProgress) {
        try {
            observers.onProgress?.invoke(Progress.of(progress))
        } catch (cancelled: CancellationException) {
            throw cancelled
        } catch (thrown: Exception) {
            report("onProgress", thrown)
        }
    }

    /** Tells of what ends nothing: the handler of the coroutine, or where it has none, the log. */
    private suspend fun report(what: String, thrown: Exception) {
        val context = currentCoroutineContext()
        val handler = context[CoroutineExceptionHandler] ?: return LOG.log(Level.WARNING, "$what has thrown", thrown)
        handler.handleException(context, thrown)
    }

    /** Tells the machine of callbacks. */
    suspend fun hear(wake: () -> Unit) {
        observers.callbacks?.collect {
            machine.calledBack(now(), it.toCore())
            wake()
        }
    }

    fun now(): ULong = clock().toULong()

    private companion object {
        val LOG: Logger = Logger.getLogger("com.cloudconvert")
    }
}

internal fun now(): ULong = Clock.now().toULong()

/** How many milliseconds there are from now until then. */
internal fun pause(now: ULong, until: ULong): Long =
    if (until > now) (until - now).coerceAtMost(Long.MAX_VALUE.toULong()).toLong() else 0

/** The caller's functions that a run calls, and the callbacks that it hears of. */
internal class Observers(
    val onProgress: (suspend (Progress) -> Unit)? = null,
    val checkpoint: (suspend (String) -> Unit)? = null,
    val callbacks: Flow<Callback>? = null,
)

/** Why a transport gave no answer; null for what it did not mean to throw. */
internal fun reasonOf(failure: Exception): Reason? = when (failure) {
    is InputFailure -> Reason.Input(failure.message.orEmpty())
    is OutputFailure -> Reason.Sink(failure.message.orEmpty())
    is Unreached -> permanent(failure.cause as IOException)?.let { Reason.Permanent(it) } ?: Reason.Unreached
    is IOException -> permanent(failure)?.let { Reason.Permanent(it) } ?: Reason.Connection
    else -> null
}
