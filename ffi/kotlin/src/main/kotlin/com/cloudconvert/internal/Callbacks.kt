package com.cloudconvert.internal

import com.cloudconvert.Callback
import java.util.concurrent.ConcurrentHashMap
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.emitAll
import kotlinx.coroutines.flow.flow

/** Hands what the service said by calling back to all that listen, from any thread. None is lost to one that is slow. */
internal class Callbacks {
    private val listeners = ConcurrentHashMap.newKeySet<Channel<Callback>>()

    /** What is told while it is collected. */
    val flow: Flow<Callback> = flow {
        val channel = Channel<Callback>(Channel.UNLIMITED)
        listeners += channel
        try {
            emitAll(channel)
        } finally {
            listeners -= channel
        }
    }

    fun tell(callback: Callback) = listeners.forEach { it.trySend(callback) }
}
