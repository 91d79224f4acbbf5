package com.cloudconvert.internal

import com.cloudconvert.CloudConvertException
import com.cloudconvert.Progress
import com.cloudconvert.Source
import com.cloudconvert.core.Action
import com.cloudconvert.core.MachineException
import com.cloudconvert.core.MachineInterface
import com.cloudconvert.core.Outcome
import com.cloudconvert.core.Output
import com.cloudconvert.core.Reason
import com.cloudconvert.core.Request
import java.io.IOException
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull

/** The loop between the machine and the world: poll, do, tell. It decides nothing. */
internal class Driver(
    private val machine: MachineInterface,
    private val transport: Transport,
    private val outputs: Outputs,
    private val files: List<Source.Upload>,
    private val callbacks: Flow<String>,
    private val clock: () -> Long,
    private val onProgress: suspend (Progress) -> Unit,
) {
    /** Wakes the loop: something has happened to the request that is out. */
    private val events = Channel<Unit>(Channel.CONFLATED)
    private var shown: Progress? = null

    /** Drives to the end. Cancelled, it first drives on until the machine has cleaned up on the service. */
    suspend fun run(): Output {
        val outcome = try {
            drive(onProgress)
        } catch (failure: OutputFailure) {
            // What is whole could not be named: the service keeps it for another try.
            throw failure
        } catch (ended: Throwable) {
            // A cancellation, or what the caller's own `onProgress` throws.
            withContext(NonCancellable) {
                machine.cancel(now())
                drive {}
            }
            throw ended
        }
        return when (outcome) {
            is Outcome.Finished -> outcome.output
            is Outcome.Failed -> throw CloudConvertException.of(outcome.facts)
        }
    }

    private suspend fun drive(onProgress: suspend (Progress) -> Unit): Outcome = coroutineScope {
        val heard = launch { callbacks.collect { hear(it) } }
        var out: Job? = null
        while (true) {
            val action = machine.poll(now())
            if (action !is Action.Busy) out?.cancelAndJoin()
            show(onProgress)
            when (action) {
                is Action.Done -> {
                    heard.cancel()
                    return@coroutineScope action.outcome
                }
                is Action.Send -> {
                    outputs.keep(machine.verified())
                    out = launch { exchange(action.request) }
                }
                is Action.Wait -> eventOrTime(action.until)
                is Action.Busy -> eventOrTime(action.deadline)
            }
        }
        @Suppress("UNREACHABLE_CODE")
        error("the loop ends by returning")
    }

    private suspend fun eventOrTime(time: ULong) {
        withTimeoutOrNull((time.toLong() - clock()).coerceAtLeast(0)) { events.receive() }
    }

    /** Anybody can call a callback URL: what says nothing about this service is not heard. */
    private fun hear(called: String) {
        try {
            tell { machine.calledBack(now(), called) }
        } catch (_: MachineException) {
        }
    }

    private suspend fun exchange(request: Request) {
        val told = object : Told {
            override fun sent(bytes: Long) = tell { machine.sent(now(), request.id, bytes.toULong()) }

            override fun received(bytes: Long) = tell { machine.received(now(), request.id, bytes.toULong()) }
        }
        val reason = try {
            val response = transport.send(request, files, outputs, told)
            return tell { machine.answered(now(), request.id, response) }
        } catch (failure: InputFailure) {
            Reason.Input(failure.message.orEmpty())
        } catch (failure: OutputFailure) {
            Reason.Sink(failure.message.orEmpty())
        } catch (failure: TooLarge) {
            Reason.TooLarge
        } catch (failure: IOException) {
            Reason.Connection
        }
        tell { machine.failed(now(), request.id, reason) }
    }

    private fun tell(event: () -> Unit) {
        event()
        events.trySend(Unit)
    }

    private suspend fun show(onProgress: suspend (Progress) -> Unit) {
        val progress = Progress.of(machine.progress())
        if (progress == shown) return
        shown = progress
        onProgress(progress)
    }

    private fun now(): ULong = clock().toULong()
}
