package com.cloudconvert.internal

import kotlin.time.TimeSource

/** Milliseconds since the Unix epoch, on a clock that only goes forward. To set that of the machine changes nothing. */
internal class Clock(wall: () -> Long, ticks: TimeSource) {
    private val begun = wall()
    private val since = ticks.markNow()

    fun now(): Long = begun + since.elapsedNow().inWholeMilliseconds

    internal companion object {
        private val machine = Clock(System::currentTimeMillis, TimeSource.Monotonic)

        fun now(): Long = machine.now()
    }
}
