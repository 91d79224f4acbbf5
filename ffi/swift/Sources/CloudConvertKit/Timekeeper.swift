import Dispatch
import Foundation

/// The time by which conversions go. It only goes forward.
protocol Timekeeper: Sendable {
    /// Milliseconds since the Unix epoch.
    func now() -> UInt64

    /// Sleeps until then, or until the task is cancelled. It may end early.
    ///
    /// - Parameter isBusy: Whether something is being done meanwhile.
    func sleep(until time: UInt64, isBusy: Bool) async
}

/// The time of this machine. To set its clock changes nothing.
struct MachineTime: Timekeeper {
    /// What both clocks showed when the first of them was read.
    private static let first = (
        begun: UInt64(max(0, Date().timeIntervalSince1970 * 1000)),
        uptime: DispatchTime.now().uptimeNanoseconds
    )

    func now() -> UInt64 {
        MachineTime.first.begun + (DispatchTime.now().uptimeNanoseconds - MachineTime.first.uptime) / 1_000_000
    }

    func sleep(until time: UInt64, isBusy: Bool) async {
        let present = now()
        // A long wait is cut, because the loop asks again anyway.
        let pause = time > present ? min(time - present, 3_600_000) : 0
        try? await Task.sleep(nanoseconds: pause * 1_000_000)
    }
}

/// A sleep that can be ended early, from any thread.
final class Alarm: Sendable {
    private struct State {
        var sleeper: Task<Void, Never>?
        var hasRung = false
    }

    private let time: any Timekeeper
    private let state = Locked(State())

    init(_ time: any Timekeeper) {
        self.time = time
    }

    /// Sleeps until the time has come or it rings, or has rung since `hush`.
    func sleep(until then: UInt64, isBusy: Bool) async {
        let task = Task { [time] in await time.sleep(until: then, isBusy: isBusy) }
        state.withLock { state in
            state.sleeper = task
            if state.hasRung { task.cancel() }
        }
        await task.value
    }

    /// What it rang for is looked at now.
    func hush() {
        state.withLock { $0.hasRung = false }
    }

    func ring() {
        state.withLock { state in
            state.hasRung = true
            state.sleeper?.cancel()
        }
    }
}
