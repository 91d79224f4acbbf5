import CloudConvertCore
import Foundation

/// What the service said by calling back. It is a hint and never a fact: anybody can call.
public struct Callback: Equatable, Sendable {
    /// The ID of the process or the job that has ended.
    public let id: String?
    /// Its URL.
    public let url: URL?
    /// `finished`, `error`, or one that comes later.
    public let step: String?

    init(_ callback: ServiceCallback) {
        id = callback.id
        url = callback.url.flatMap { URL(string: $0) }
        step = callback.step
    }

    var core: ServiceCallback { ServiceCallback(id: id, url: url?.absoluteString, step: step) }
}

extension CloudConvert {
    /// Reads the URL by which the service called back, or its query alone. Anybody can call it: what it says is a hint.
    ///
    /// - Throws: `CloudConvertError`: `badRequest` if it names no conversion, `untrustedURL` if it names one of another service.
    public func callback(_ called: String) throws -> Callback {
        try refusing { Callback(try api().callback(called: called)) }
    }

    /// Tells the conversions that wait by `Policy.Watch.callback` that their callback URL was called. They ask for their status
    /// then, because anybody can call that URL. It may be called on any thread.
    ///
    /// - Parameter called: The URL that was called, or its query alone.
    public func calledBack(_ called: String) throws {
        calledBack(try callback(called))
    }

    /// The same for version 2 of the API, which calls by webhooks.
    public func calledBack(_ webhook: Webhook) {
        calledBack(webhook.callback)
    }

    /// The same of a callback that was read before.
    public func calledBack(_ callback: Callback) {
        callbacks.tell(callback)
    }
}

/// Hands what the service said by calling back to all that listen.
final class Callbacks: Sendable {
    private let listeners = Locked([UUID: @Sendable (Callback) -> Void]())

    func listen(_ listener: @escaping @Sendable (Callback) -> Void) -> UUID {
        let name = UUID()
        listeners.withLock { $0[name] = listener }
        return name
    }

    func forget(_ name: UUID) {
        listeners.withLock { $0[name] = nil }
    }

    func tell(_ callback: Callback) {
        let told = listeners.withLock { Array($0.values) }
        for listener in told { listener(callback) }
    }
}
