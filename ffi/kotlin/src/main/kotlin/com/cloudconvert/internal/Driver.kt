package com.cloudconvert.internal

import com.cloudconvert.CloudConvertException
import com.cloudconvert.core.Action
import com.cloudconvert.core.Outcome
import com.cloudconvert.core.Output
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull

/** The loop between a machine and the world: poll, do, tell. It decides nothing. */
internal class Driver(private val run: Run) {
    /** Wakes the loop: something has happened to the request that is out. */
    private val events = Channel<Unit>(Channel.CONFLATED)
    private var out: Deferred<Unit>? = null

    /** Drives to the end. Cancelled, it first drives on until the machine has cleaned up on the service. */
    suspend fun drive(): Outcome {
        // Not cancelled with the caller: what then becomes of a request is the machine's to decide.
        val requests = CoroutineScope(currentCoroutineContext().minusKey(Job))
        return try {
            coroutineScope {
                val hearing = launch(start = CoroutineStart.UNDISPATCHED) { run.hear(::wake) }
                loop(requests) { run.show() }.also { hearing.cancel() }
            }
        } catch (ended: Throwable) {
            // A cancellation, or what the caller's own functions throw.
            withContext(NonCancellable) {
                run.machine.cancel(run.now())
                loop(requests) {}
            }
            throw ended
        }
    }

    private suspend fun loop(requests: CoroutineScope, show: suspend () -> Unit): Outcome {
        while (true) {
            val action = run.machine.poll(run.now())
            if (action !is Action.Busy) {
                out?.cancelAndJoin()
                out = null
            }
            show()
            when (action) {
                is Action.Done -> return action.outcome
                is Action.Send -> if (run.isPrepared(action.request)) begin(requests) { run.exchange(action.request, ::wake) }
                is Action.Settle -> begin(requests) { run.settle(action.id) }
                is Action.Wait -> eventOrTime(action.until)
                is Action.Busy -> eventOrTime(action.deadline)
            }
        }
    }

    private fun begin(requests: CoroutineScope, work: suspend () -> Unit) {
        out = requests.async { work() }.also { it.invokeOnCompletion { wake() } }
    }

    private suspend fun eventOrTime(time: ULong) {
        withTimeoutOrNull(pause(run.now(), time)) { events.receive() }
        // Whatever a transport throws without meaning to ends the conversion.
        if (out?.isCompleted == true && out?.isCancelled == true) out?.await()
    }

    private fun wake() {
        events.trySend(Unit)
    }
}

/** What came out of a conversion, or the failure thrown. */
internal fun Outcome.output(cause: Throwable? = null): Output = (checked(cause) as Outcome.Finished).output

/** What a call was answered with, or the failure thrown. */
internal fun Outcome.reply(cause: Throwable? = null): String = (checked(cause) as Outcome.Replied).reply

private fun Outcome.checked(cause: Throwable?): Outcome =
    if (this is Outcome.Failed) throw CloudConvertException.of(details, cause.takeIf { details.hasCause }) else this
