import CloudConvertCore
import Foundation

/// The loop between the machine and the world: poll, do, tell. It decides nothing.
struct Driver: Sendable {
    let machine: Machine
    let transport: Transport
    let outputs: Outputs
    let files: [Source.Upload]
    let onProgress: (@Sendable (ConversionProgress) -> Void)?
    private let shown = Shown()

    init(
        machine: Machine, transport: Transport, outputs: Outputs, files: [Source.Upload],
        onProgress: (@Sendable (ConversionProgress) -> Void)?
    ) {
        self.machine = machine
        self.transport = transport
        self.outputs = outputs
        self.files = files
        self.onProgress = onProgress
    }

    /// Drives to the end. Cancelled, it first drives on until the machine has cleaned up on the service.
    func run() async throws -> Output {
        if let outcome = try await drive() {
            switch outcome {
            case .finished(let output): return output
            case .failed(let facts): throw CloudConvertError(facts)
            }
        }
        machine.cancel(now: Driver.now())
        // A task of its own is not cancelled with this one.
        let cleanUp = Task { _ = try? await self.drive() }
        await cleanUp.value
        throw CancellationError()
    }

    /// The outcome, or nil if this task was cancelled before there was one. Throws if an output that is whole cannot be
    /// given its name; then the service keeps it for another try.
    private func drive() async throws -> Outcome? {
        var action = machine.poll(now: Driver.now())
        while true {
            show()
            if case .done(let outcome) = action { return outcome }
            if Task.isCancelled { return nil }
            switch action {
            case .send(let request):
                try outputs.keep(machine.verified())
                action = await perform(request)
            case .wait(let time), .busy(let time):
                _ = await Driver.sleep(until: time)
                action = machine.poll(now: Driver.now())
            case .done(let outcome):
                return outcome
            }
        }
    }

    /// Sends a request, and gives it up when the machine wants something else. Returns what is next.
    private func perform(_ request: Request) async -> Action {
        let decided = await withTaskGroup(of: Action?.self) { group -> Action? in
            group.addTask {
                await self.exchange(request)
                return nil
            }
            group.addTask {
                await self.watch()
            }
            var decided: Action?
            // The first that ends stops the other. An action is handed out once, so whichever has it gives it back.
            for await action in group {
                decided = decided ?? action
                group.cancelAll()
            }
            return decided
        }
        return decided ?? machine.poll(now: Driver.now())
    }

    /// Polls at every deadline, as long as the request that is out may go on.
    private func watch() async -> Action? {
        while !Task.isCancelled {
            let action = machine.poll(now: Driver.now())
            guard case .busy(let deadline) = action else { return action }
            let slept = await Driver.sleep(until: deadline)
            if !slept { return nil }
        }
        return nil
    }

    private func exchange(_ request: Request) async {
        let id = request.id
        let told = Told(
            sent: { bytes in
                self.machine.sent(now: Driver.now(), id: id, bytes: bytes)
                self.show()
            },
            received: { bytes in
                self.machine.received(now: Driver.now(), id: id, bytes: bytes)
                self.show()
            }
        )
        do {
            let response = try await transport.send(request, files: files, outputs: outputs, told: told)
            machine.answered(now: Driver.now(), id: id, response: response)
        } catch let failure as NoAnswer {
            machine.failed(now: Driver.now(), id: id, reason: failure.reason)
        } catch is CancellationError {
            // Nobody waits for this answer any more.
        } catch {
            machine.failed(now: Driver.now(), id: id, reason: .connection)
        }
    }

    private func show() {
        guard let onProgress = onProgress else { return }
        let progress = ConversionProgress(machine.progress())
        if shown.isNew(progress) {
            onProgress(progress)
        }
    }

    /// Milliseconds since the Unix epoch.
    static func now() -> UInt64 {
        UInt64(max(0, Date().timeIntervalSince1970 * 1000))
    }

    /// Whether the time has come; false if the task was cancelled before.
    private static func sleep(until time: UInt64) async -> Bool {
        let now = Driver.now()
        // A long wait is cut, because the loop asks again anyway.
        let pause = time > now ? min(time - now, 3_600_000) : 0
        do {
            try await Task.sleep(nanoseconds: pause * 1_000_000)
            return true
        } catch {
            return false
        }
    }
}

/// The progress that was shown last.
private final class Shown: @unchecked Sendable {
    private var last: ConversionProgress?
    private let lock = NSLock()

    func isNew(_ progress: ConversionProgress) -> Bool {
        lock.lock()
        defer { lock.unlock() }
        if last == progress { return false }
        last = progress
        return true
    }
}
