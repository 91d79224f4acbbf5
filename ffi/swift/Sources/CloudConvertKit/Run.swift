import CloudConvertCore
import Foundation

/// A machine, and what its requests need.
struct Run: Sendable {
    let machine: Machine
    let transport: any Transport
    let time: any Timekeeper
    let outputs: Outputs
    let files: [Source.Upload]
    let observers: Observers
    private let callbacks: Callbacks
    private let seen = Locked(Seen())

    init(
        _ machine: Machine, _ transport: any Transport, _ time: any Timekeeper, outputs: Outputs,
        files: [Source.Upload] = [], observers: Observers = Observers(), callbacks: Callbacks
    ) {
        self.machine = machine
        self.transport = transport
        self.time = time
        self.outputs = outputs
        self.files = files
        self.observers = observers
        self.callbacks = callbacks
    }

    func now() -> UInt64 {
        time.now()
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
    var failure: (any Error)? { seen.withLock { $0.failure } }

    /// Hands out the state that another program would have to know of before a request goes out. Tells whether it may go.
    func isPrepared(_ request: Request) -> Bool {
        guard let saved = request.checkpoint else { return true }
        // Checkpoints may be slower than a service may be: that time is not the request's.
        machine.held(now: now(), id: request.id)
        guard keep(saved) else { return false }
        machine.sent(now: now(), id: request.id, bytes: 0)
        return true
    }

    /// Gives the outputs their names. A program that goes on after a crash knows them again by what is told before.
    func settle(_ id: UInt64) async {
        do {
            let marks = try outputs.flush()
            guard keep(machine.naming(outputs: marks)) else { return }
            let named: @Sendable (String, String) -> Void = { output, name in
                machine.named(now: now(), id: id, output: output, name: name)
            }
            try await outputs.pour(named: named)
            try outputs.keep({ machine.isOutput(output: $0, mark: $1) }, named: named)
            machine.settled(now: now(), id: id)
        } catch {
            failed(error)
            machine.failed(now: now(), id: id, reason: .sink(why: Outputs.reason(error)))
        }
    }

    /// Hands out a state. What the caller's function throws is logged and changes nothing; only a `CancellationError` cancels the
    /// conversion, and is the last that the function was asked for. Tells whether to go on.
    private func keep(_ saved: String?) -> Bool {
        guard let checkpoint = observers.checkpoint, let saved = saved, !seen.withLock({ $0.isCancelled }) else { return true }
        do {
            try checkpoint(saved)
        } catch is CancellationError {
            seen.withLock { $0.isCancelled = true }
            machine.cancel(now: now())
            return false
        } catch {
            NSLog("%@", "CloudConvert: checkpoint has thrown, and the conversion goes on: \(error)")
        }
        return true
    }

    /// What came out of the conversion; throws where it failed.
    func output(_ outcome: Outcome) throws -> Output {
        try outcome.output(failure)
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
            if !request.cleansUp { failed(nil) }
            machine.answered(now: now(), id: id, response: response)
        } catch let failure as NoAnswer {
            if !request.cleansUp { failed(failure.cause) }
            machine.failed(now: now(), id: id, reason: failure.reason)
        } catch is CancellationError {
            // The machine wants no answer any more.
        } catch {
            failed(error)
            machine.failed(now: now(), id: id, reason: .connection)
        }
    }

    private func failed(_ cause: (any Error)?) {
        seen.withLock { $0.failure = cause }
    }

    /// Tells how far it is, if there is something to show.
    func show() {
        guard observers.onProgress != nil, let progress = machine.news(now: now()) else { return }
        show(progress)
    }

    /// Tells that it is so far.
    func show(_ progress: CloudConvertCore.ConversionProgress) {
        observers.onProgress?(ConversionProgress(progress))
    }
}

/// The caller's functions that a run calls.
struct Observers: Sendable {
    var onProgress: (@Sendable (ConversionProgress) -> Void)?
    var checkpoint: (@Sendable (String) throws -> Void)?
}

/// What failed last, and whether the caller's checkpoint has cancelled.
private struct Seen {
    var failure: (any Error)?
    var isCancelled = false
}
