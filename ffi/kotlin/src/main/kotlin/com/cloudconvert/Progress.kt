package com.cloudconvert

import com.cloudconvert.core.ConversionProgress
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/** How far a conversion is. */
@ConsistentCopyVisibility
public data class Progress internal constructor(
    /** What the client is doing. */
    public val stage: Stage,
    /**
     * How much of the whole is done, from 0 to 1: always a finite number, and it never goes back. It is 1 at the end of a
     * conversion that went well, and only there.
     */
    public val fraction: Double,
    /** The step of the service: `input`, `wait`, `convert`, `output`, `finished`, or one that comes later. */
    public val step: String?,
    /** How much of the conversion the service has done, from 0 to 100. */
    public val percent: Double?,
    /** What the service says about it. */
    public val message: String,
    /** Bytes of the input sent, framing included. */
    public val sent: Long,
    /** Bytes of the present output received. */
    public val received: Long,
    /** How many bytes the present upload or download has, where known. */
    public val total: Long?,
    /** How fast the present upload or download is, in bytes per second, once that can be told. */
    public val speed: Long?,
    /** How long the present upload, conversion or download still takes at its pace, once that can be told. */
    public val timeLeft: Duration?,
    /** Failures in a row of the present call. */
    public val attempt: Int,
    /** The process ID, once there is one. */
    public val processId: String?,
) {
    /** What the client is doing. */
    public enum class Stage { CREATE, START, UPLOAD, CONVERT, DOWNLOAD, DELETE, DONE }

    internal companion object {
        fun of(progress: ConversionProgress): Progress = Progress(
            stage = Stage.valueOf(progress.stage.uppercase()),
            fraction = progress.fraction,
            step = progress.step,
            percent = progress.percent,
            message = progress.message,
            sent = progress.sent.toLong(),
            received = progress.received.toLong(),
            total = progress.total?.toLong(),
            speed = progress.speed?.toLong(),
            timeLeft = progress.timeLeft?.toLong()?.milliseconds,
            attempt = progress.attempt.toInt(),
            processId = progress.processId,
        )
    }
}
