package com.cloudconvert

import com.cloudconvert.core.Action
import com.cloudconvert.core.Api
import com.cloudconvert.core.Machine
import com.cloudconvert.core.Outcome
import com.cloudconvert.core.Response
import com.cloudconvert.core.Sink
import java.io.File
import kotlin.test.Test
import kotlin.test.assertTrue

/** What the way through UniFFI and JNA costs: the conversion of `ffi/c/bench`. `cargo xtask bench ffi` runs it. */
class CrossingBench {
    private val answers = File(checkNotNull(System.getenv("ANSWERS"))).readLines().map { it.toByteArray() }
    private val wish =
        """{"run":"convert","job":{"input":"upload","name":"Cloud Atlas Extended Trailer #1 (2012) HD.flv","size":14558739,"to":"mp4"}}"""
    private var crossings = 0

    @Test
    fun crossing() {
        Api("https://api.example.com/v1", null, "KEY", emptyList()).use { api ->
            repeat(3000) { convert(api) }
            crossings = 0
            val times = 3000
            val begin = System.nanoTime()
            repeat(times) { convert(api) }
            val microseconds = (System.nanoTime() - begin) / 1e3 / times
            println("  %8.1f µs through Kotlin, UniFFI and JNA, with %d calls".format(microseconds, crossings / times))
        }
    }

    private fun convert(api: Api) {
        var now = 1_700_000_000_000uL
        val coming = answers.iterator()
        call { Machine.begin(api, wish, 7uL) }.use { machine ->
            while (true) {
                when (val action = call { machine.poll(now) }) {
                    is Action.Done -> return assertTrue(action.outcome is Outcome.Finished && !coming.hasNext())
                    is Action.Settle -> call { machine.settled(now, action.id) }
                    is Action.Wait -> now = action.until
                    is Action.Busy -> now = action.deadline
                    is Action.Send -> {
                        now += 50uL
                        val received = (action.request.sink as? Sink.File)?.size ?: 0uL
                        call { machine.answered(now, action.request.id, Response(200u, emptyList(), coming.next(), received)) }
                    }
                }
            }
        }
    }

    private inline fun <T> call(body: () -> T): T {
        crossings++
        return body()
    }
}
