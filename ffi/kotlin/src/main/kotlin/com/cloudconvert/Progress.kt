package com.cloudconvert

import com.cloudconvert.core.ConversionProgress

/** How far a conversion is. */
@ConsistentCopyVisibility
public data class Progress internal constructor(
    /** What the client is doing. */
    public val stage: Stage,
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
            step = progress.step,
            percent = progress.percent,
            message = progress.message,
            sent = progress.sent.toLong(),
            received = progress.received.toLong(),
            total = progress.total?.toLong(),
            attempt = progress.attempt.toInt(),
            processId = progress.processId,
        )
    }
}
