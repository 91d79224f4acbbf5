package com.cloudconvert

import com.cloudconvert.internal.Clock
import com.cloudconvert.internal.OkHttpTransport
import com.cloudconvert.internal.Service
import java.util.concurrent.atomic.AtomicLong
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TestTimeSource
import kotlin.time.TimeSource
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import okhttp3.OkHttpClient

/** Clocks are set: what passes is measured by one that nobody sets. */
class ClockTest : SandboxCase() {
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

    @Test
    fun `a conversion goes on while the clock is set`(): Unit = runBlocking {
        for (by in listOf((-1).days, 1.days)) {
            faults("""{"kind": "run", "times": 1, "delay_ms": 2000}""")
            val wall = AtomicLong(System.currentTimeMillis())
            val clock = Clock(wall::get, TimeSource.Monotonic)
            val before = wall.get()
            val service = Service(key, "$base/v1", emptyList(), OkHttpTransport(OkHttpClient()), PatienceOptions(), clock::now)
            val output = folder.resolve("clock.jpg")
            withTimeout(1.minutes) {
                CloudConvert(service).convert(Source.file(sample), output) {
                    deadline = 1.hours
                    onProgress = { if (it.stage == Progress.Stage.CONVERT) wall.set(before + by.inWholeMilliseconds) }
                }
            }
            assertTrue(wall.get() != before, "the service has not converted")
            assertJpeg(output)
        }
    }
}
