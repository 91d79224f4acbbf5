import CloudConvertCore
import Foundation

/// The same loop for many machines behind one limit and one throttle.
final class BatchDriver: @unchecked Sendable {
    private let batch: Batch
    private let time: any Timekeeper
    private let alarm: Alarm
    private let onEnd: @Sendable (Int, Result<Output, Error>) -> Void
    private let isCancelled = Locked(false)
    /// Used by the loop alone.
    private var members: [UInt64: Member] = [:]

    private struct Member {
        let index: Int
        let run: Run
        var request: Task<Void, Never>?
    }

    /// - Parameter onEnd: Called once for each run, with its place in the order in which they were added.
    init(
        concurrency: Int, _ time: any Timekeeper, seed: UInt64,
        onEnd: @escaping @Sendable (Int, Result<Output, Error>) -> Void
    ) throws {
        batch = try refusing { try Batch(concurrency: Int64(concurrency), seed: seed) }
        self.time = time
        alarm = Alarm(time)
        self.onEnd = onEnd
    }

    /// Adds a run that has not begun, before `drive`.
    func add(_ run: Run, index: Int) throws {
        let name = try batch.add(machine: run.machine)
        members[name] = Member(index: index, run: run)
    }

    /// Drives all to their ends. When it is cancelled, that is when they have cleaned up on the service.
    func drive() async {
        let hearing = members.values.map { member in (member.run, member.run.hear { [alarm] in alarm.ring() }) }
        defer {
            for (run, name) in hearing { run.endHearing(name) }
        }
        let driving = Task { await loop() }
        await withTaskCancellationHandler {
            await driving.value
        } onCancel: {
            cancel()
        }
    }

    private func cancel() {
        isCancelled.withLock { $0 = true }
        alarm.ring()
    }

    /// Whether they are to be cancelled, once.
    private func takeCancelled() -> Bool {
        isCancelled.withLock { isCancelled in
            defer { isCancelled = false }
            return isCancelled
        }
    }

    private func loop() async {
        while true {
            alarm.hush()
            if takeCancelled() {
                for member in members.values { member.run.machine.cancel(now: time.now()) }
            }
            switch batch.poll(now: time.now()) {
            case .send(let name, let request):
                send(name, request)
            case .settle(let name, let id):
                settle(name, id)
            case .abort(let name):
                members[name]?.request?.cancel()
                await members[name]?.request?.value
            case .done(let name, let outcome, let progress):
                if let member = members.removeValue(forKey: name) { end(member, outcome, progress) }
            case .wait(let time):
                await alarm.sleep(until: time, isBusy: true)
            case .idle:
                return
            }
        }
    }

    private func send(_ name: UInt64, _ request: Request) {
        guard let member = members[name] else { return }
        let run = member.run
        guard run.isPrepared(request) else { return }
        run.show()
        members[name]?.request = Task { [alarm] in
            await run.exchange(request)
            run.show()
            alarm.ring()
        }
    }

    private func settle(_ name: UInt64, _ id: UInt64) {
        guard let run = members[name]?.run else { return }
        members[name]?.request = Task { [alarm] in
            await run.settle(id)
            alarm.ring()
        }
    }

    private func end(_ member: Member, _ outcome: Outcome, _ progress: CloudConvertCore.ConversionProgress?) {
        if let progress = progress { member.run.show(progress) }
        onEnd(member.index, Result { try member.run.output(outcome) })
    }
}
