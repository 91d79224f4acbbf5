package com.cloudconvert

import com.cloudconvert.internal.Clock
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TestTimeSource

/** Clocks are set: what passes is measured by one that nobody sets. */
class ClockTest {
    @Test
    fun `a clock that is set changes nothing`() {
        var wall = 1_700_000_000_000
        val ticks = TestTimeSource()
        val clock = Clock({ wall }, ticks)
        for (by in listOf((-1).days, 2.days)) {
            val before = clock.now()
            wall += by.inWholeMilliseconds
            ticks += 5.seconds
            assertEquals(5_000, clock.now() - before)
        }
        assertEquals(1_700_000_010_000, clock.now())
    }
}
