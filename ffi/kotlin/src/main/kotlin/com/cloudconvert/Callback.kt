package com.cloudconvert

import com.cloudconvert.core.ServiceCallback

/** What the service said by calling back. It is a hint and never a fact: anybody can call. */
@ConsistentCopyVisibility
public data class Callback internal constructor(
    /** The ID of the process or the job that has ended. */
    public val id: String?,
    /** Its URL. */
    public val url: String?,
    /** `finished`, `error`, or one that comes later. */
    public val step: String?,
) {
    internal fun toCore(): ServiceCallback = ServiceCallback(id, url, step)

    internal companion object {
        fun of(callback: ServiceCallback): Callback = Callback(callback.id, callback.url, callback.step)
    }
}
