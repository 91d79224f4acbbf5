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
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.currentCoroutineContext
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
    /** What the caller's checkpoint threw: the conversion is given up for it. */
    private var thrown: Exception? = null

    /** What the last request failed with, if there was no answer to it. */
    var failure: Throwable? = null
        private set

    /**
     * What has to be done before a request goes out: outputs that are whole get their names, before the process can be
     * deleted; and the state is handed out that another program would have to know of.
     */
    private suspend fun prepare(request: Request) {
        val whole = machine.verified()
        if (whole.isEmpty() && observers.checkpoint == null) return
        // Disks and checkpoints may be slower than a service may be: that time is not the request's.
        machine.held(now(), request.id)
        name(whole)
        keep { machine.beforeSending() }
        machine.sent(now(), request.id, 0uL)
    }

    /** Gives outputs that are whole their names. A program that goes on after a crash knows them again by what is told before. */
    private suspend fun name(whole: List<String>) {
        if (whole.isEmpty()) return
        val marks = withContext(io) { outputs.flush(whole) }
        keep { machine.naming(marks) }
        withContext(io) { outputs.keep(whole, machine::isOutput) }.forEach { (output, name) -> machine.named(output, name) }
    }

    /** Hands out what another program would have to know. What threw once is not asked again while all is cleaned up. */
    private suspend fun keep(saved: () -> String?) {
        val checkpoint = observers.checkpoint.takeIf { thrown == null } ?: return
        saved()?.let { checkpoint(it) }
    }

    /** What came out of the conversion, under its names, or the failure thrown. */
    suspend fun output(outcome: Outcome): Output {
        thrown?.let { throw it }
        return outcome.output(failure).also { output ->
            withContext(NonCancellable) { name(output.files.map { it.name }) }
        }
    }

    /** Prepares a request. Where that fails the machine is told instead, and says what becomes of the output. */
    suspend fun isPrepared(request: Request): Boolean = try {
        prepare(request)
        true
    } catch (thrown: OutputFailure) {
        failure = thrown.cause
        machine.failed(now(), request.id, Reason.Sink(thrown.message.orEmpty()))
        false
    } catch (ended: Exception) {
        machine.failed(now(), request.id, Reason.Unreached)
        if (ended is CancellationException) throw ended
        thrown = ended
        machine.cancel(now())
        false
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
            report(thrown)
        }
    }

    /** Tells of what ends nothing: the handler of the coroutine, or where it has none, the log. */
    private suspend fun report(thrown: Exception) {
        val context = currentCoroutineContext()
        val handler = context[CoroutineExceptionHandler] ?: return LOG.log(Level.WARNING, "onProgress has thrown", thrown)
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
