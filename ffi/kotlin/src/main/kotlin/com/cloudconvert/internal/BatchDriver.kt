package com.cloudconvert.internal

import com.cloudconvert.core.Batch
import com.cloudconvert.core.BatchAction
import com.cloudconvert.core.Output
import com.cloudconvert.core.Request
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

/** The same loop for many machines behind one limit and one throttle. */
internal class BatchDriver(private val batch: Batch) {
    private class Member(val index: Int, val run: Run) {
        var out: Deferred<Unit>? = null
        var hasBegun = false

        suspend fun abort() {
            out?.cancelAndJoin()
            out = null
        }
    }

    private val events = Channel<Unit>(Channel.CONFLATED)
    private val members = HashMap<ULong, Member>()

    /** Adds a run that has not begun. */
    fun add(index: Int, run: Run) {
        members[batch.add(run.machine)] = Member(index, run)
    }

    /** Drives all to their ends. Cancelled, it first drives on until they have cleaned up on the service. */
    suspend fun drive(onEnd: suspend (Int, Result<Output>) -> Unit) {
        // Not cancelled with the caller: what then becomes of a request is the machines' to decide.
        val requests = CoroutineScope(currentCoroutineContext().minusKey(Job))
        try {
            coroutineScope {
                val hearing = members.values.map { launch(start = CoroutineStart.UNDISPATCHED) { it.run.hear(::wake) } }
                loop(requests, { it.show() }, onEnd)
                hearing.forEach { it.cancel() }
            }
        } catch (ended: Throwable) {
            withContext(NonCancellable) {
                members.values.forEach { it.run.machine.cancel(now()) }
                loop(requests, {}, { _, _ -> })
            }
            throw ended
        }
    }

    private suspend fun loop(requests: CoroutineScope, show: suspend (Run) -> Unit, onEnd: suspend (Int, Result<Output>) -> Unit) {
        while (true) {
            when (val action = batch.poll(now())) {
                is BatchAction.Send -> send(requests, members.getValue(action.member), action.request)
                is BatchAction.Settle -> members.getValue(action.member).let { begin(requests, it) { it.run.settle(action.id) } }
                is BatchAction.Abort -> members.getValue(action.member).abort()
                is BatchAction.Done -> {
                    val member = members.remove(action.member) ?: continue
                    action.progress?.let { member.run.show(it) }
                    onEnd(member.index, runCatching { member.run.output(action.outcome) })
                }
                is BatchAction.Wait -> {
                    members.values.filter { it.hasBegun }.forEach { show(it.run) }
                    eventOrTime(action.until)
                }
                BatchAction.Idle -> return
            }
        }
    }

    private suspend fun send(requests: CoroutineScope, member: Member, request: Request) {
        member.hasBegun = true
        if (member.run.isPrepared(request)) begin(requests, member) { member.run.exchange(request, ::wake) }
    }

    private fun begin(requests: CoroutineScope, member: Member, work: suspend () -> Unit) {
        member.out = requests.async { work() }.also { it.invokeOnCompletion { wake() } }
    }

    private suspend fun eventOrTime(time: ULong) {
        withTimeoutOrNull(pause(now(), time)) { events.receive() }
        // Whatever a transport throws without meaning to ends all.
        members.values.mapNotNull { it.out }.firstOrNull { it.isCompleted && it.isCancelled }?.await()
    }

    private fun wake() {
        events.trySend(Unit)
    }
}
