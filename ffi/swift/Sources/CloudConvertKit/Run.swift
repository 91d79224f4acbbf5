import CloudConvertCore
import Dispatch
import Foundation

/// A machine, and what its requests need.
struct Run: Sendable {
    let machine: Machine
    let transport: Transport
    let outputs: Outputs
    let files: [Source.Upload]
    let observers: Observers
    private let callbacks: Callbacks
    private let seen = Seen()

    init(
        _ machine: Machine, _ transport: Transport, outputs: Outputs, files: [Source.Upload] = [],
        observers: Observers = Observers(), callbacks: Callbacks
    ) {
        self.machine = machine
        self.transport = transport
        self.outputs = outputs
        self.files = files
        self.observers = observers
        self.callbacks = callbacks
    }

    /// Tells the machine of callbacks until `endHearing`.
    func hear(_ wake: @escaping @Sendable () -> Void) -> UUID {
        callbacks.listen { [machine] callback in
            machine.calledBack(now: now(), callback: callback.core)
            wake()
        }
    }

    func endHearing(_ name: UUID) {
        callbacks.forget(name)
    }

    /// What the last request failed with, if there was no answer to it.
    var failure: (any Error)? { seen.failure }

    /// What has to be done before a request goes out: outputs that are whole get their names, before the process can be
    /// deleted; and the state is handed out that another program would have to know of.
    private func prepare(_ request: Request) throws {
        let whole = machine.verified()
        if whole.isEmpty && observers.checkpoint == nil { return }
        // Disks and checkpoints may be slower than a service may be: that time is not the request's.
        machine.held(now: now(), id: request.id)
        try name(whole)
        try keep { machine.beforeSending() }
        machine.sent(now: now(), id: request.id, bytes: 0)
    }

    /// Gives outputs that are whole their names. A program that goes on after a crash knows them again by what is told before.
    private func name(_ whole: [String]) throws {
        let marks = try outputs.flush(whole)
        try keep { machine.naming(outputs: marks) }
        let named = try outputs.keep(whole) { machine.isOutput(output: $0, mark: $1) }
        for (output, name) in named { machine.named(output: output, name: name) }
    }

    /// Hands out what another program would have to know. What threw once is not asked again while all is cleaned up.
    private func keep(_ saved: () -> String?) throws {
        guard let checkpoint = observers.checkpoint, seen.thrown == nil, let saved = saved() else { return }
        do {
            try checkpoint(saved)
        } catch {
            seen.thrown = error
            throw Thrown()
        }
    }

    /// What came out of the conversion, under its names; throws where it failed.
    func output(_ outcome: Outcome) throws -> Output {
        if let thrown = seen.thrown { throw thrown }
        let output = try outcome.output(seen.failure)
        do {
            try name(output.files.map { $0.name })
        } catch is Thrown {
            throw seen.thrown ?? CancellationError()
        }
        return output
    }

    /// Prepares a request. Where that fails the machine is told instead, and says what becomes of the output.
    func isPrepared(_ request: Request) -> Bool {
        do {
            try prepare(request)
            return true
        } catch is Thrown {
            machine.failed(now: now(), id: request.id, reason: .unreached)
            machine.cancel(now: now())
            return false
        } catch {
            seen.failure = error
            machine.failed(now: now(), id: request.id, reason: .sink(why: Outputs.reason(error)))
            return false
        }
    }

    /// Sends a request, and tells the machine what becomes of it.
    func exchange(_ request: Request) async {
        let id = request.id
        let listener = TransferListener(
            begun: { head in
                self.machine.begun(now: now(), id: id, response: head)
            },
            sent: { bytes in
                self.machine.sent(now: now(), id: id, bytes: bytes)
                self.show()
            },
            received: { bytes in
                self.machine.received(now: now(), id: id, bytes: bytes)
                self.show()
            }
        )
        do {
            let response = try await transport.send(request, files: files, outputs: outputs, listener: listener)
            // What becomes of a deletion does not change what has failed.
            if !request.cleansUp { seen.failure = nil }
            machine.answered(now: now(), id: id, response: response)
        } catch let failure as NoAnswer {
            if !request.cleansUp { seen.failure = failure.cause }
            machine.failed(now: now(), id: id, reason: failure.reason)
        } catch is CancellationError {
            // The machine wants no answer any more.
        } catch {
            seen.failure = error
            machine.failed(now: now(), id: id, reason: .connection)
        }
    }

    /// Tells how far it is, if there is something to show.
    func show() {
        guard observers.onProgress != nil, let progress = machine.news(now: now()) else { return }
        show(progress)
    }

    /// Tells that it is so far.
    func show(_ progress: CloudConvertCore.ConversionProgress) {
        let progress = ConversionProgress(progress)
        // The last event of a member of a batch may have shown its end.
        if seen.isNew(progress) {
            observers.onProgress?(progress)
        }
    }
}

/// The caller's functions that a run calls.
struct Observers: Sendable {
    var onProgress: (@Sendable (ConversionProgress) -> Void)?
    var checkpoint: (@Sendable (String) throws -> Void)?
}

/// The caller's checkpoint has thrown, and the conversion is given up for it.
private struct Thrown: Error {}

/// Milliseconds since the Unix epoch, on a clock that only goes forward: whoever sets that of the machine changes nothing.
func now() -> UInt64 {
    clock.begun + (DispatchTime.now().uptimeNanoseconds - clock.uptime) / 1_000_000
}

/// What both clocks showed when the first of them was read.
private let clock = (
    begun: UInt64(max(0, Date().timeIntervalSince1970 * 1000)),
    uptime: DispatchTime.now().uptimeNanoseconds
)

/// A sleep that can be ended early, from any thread.
final class Alarm: @unchecked Sendable {
    private var sleeper: Task<Void, Never>?
    private var hasRung = false
    private let lock = NSLock()

    /// Sleeps until the time has come or it rings, or has rung since the last sleep.
    func sleep(until time: UInt64) async {
        let present = now()
        // A long wait is cut, because the loop asks again anyway.
        let pause = time > present ? min(time - present, 3_600_000) : 0
        let task = Task { () -> Void in
            try? await Task.sleep(nanoseconds: pause * 1_000_000)
        }
        begin(task)
        await task.value
    }

    func ring() {
        lock.lock()
        defer { lock.unlock() }
        hasRung = true
        sleeper?.cancel()
    }

    private func begin(_ task: Task<Void, Never>) {
        lock.lock()
        defer { lock.unlock() }
        sleeper = task
        if hasRung { task.cancel() }
        hasRung = false
    }
}

/// What was shown last, what failed last, and what the caller's checkpoint threw.
private final class Seen: @unchecked Sendable {
    private var lastFailure: (any Error)?
    private var lastThrown: (any Error)?
    private var progress: ConversionProgress?
    private let lock = NSLock()

    var failure: (any Error)? {
        get {
            lock.lock()
            defer { lock.unlock() }
            return lastFailure
        }
        set {
            lock.lock()
            defer { lock.unlock() }
            lastFailure = newValue
        }
    }

    var thrown: (any Error)? {
        get {
            lock.lock()
            defer { lock.unlock() }
            return lastThrown
        }
        set {
            lock.lock()
            defer { lock.unlock() }
            lastThrown = newValue
        }
    }

    func isNew(_ progress: ConversionProgress) -> Bool {
        lock.lock()
        defer { lock.unlock() }
        if self.progress == progress { return false }
        self.progress = progress
        return true
    }
}
