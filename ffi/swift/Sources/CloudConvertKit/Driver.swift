import CloudConvertCore
import Foundation

/// The loop between a machine and the world: poll, do, tell. It decides nothing.
struct Driver: Sendable {
    let run: Run
    private let alarm: Alarm

    init(_ run: Run) {
        self.run = run
        alarm = Alarm(run.time)
    }

    /// Drives to the end. When it is cancelled, that is when the machine has cleaned up on the service.
    func drive() async -> Outcome {
        let hearing = run.hear { [alarm] in alarm.ring() }
        defer { run.endHearing(hearing) }
        return await withTaskCancellationHandler {
            // A task of its own is not cancelled with this one. The machine decides what happens to a request that is out.
            await Task { await loop() }.value
        } onCancel: {
            run.machine.cancel(now: run.now())
            alarm.ring()
        }
    }

    private func loop() async -> Outcome {
        var request: Task<Void, Never>?
        while true {
            alarm.hush()
            let action = run.machine.poll(now: run.now())
            if case .busy = action {} else {
                request?.cancel()
                await request?.value
                request = nil
            }
            run.show()
            switch action {
            case .send(let sent):
                guard run.isPrepared(sent) else { continue }
                request = Task {
                    await run.exchange(sent)
                    alarm.ring()
                }
            case .settle(let id):
                request = Task {
                    await run.settle(id)
                    alarm.ring()
                }
            case .wait(let time):
                await alarm.sleep(until: time, isBusy: false)
            case .busy(let time):
                await alarm.sleep(until: time, isBusy: true)
            case .done(let outcome):
                return outcome
            }
        }
    }
}

extension Outcome {
    /// What came out of a conversion; throws where it failed.
    func output(_ failure: (any Error)? = nil) throws -> Output {
        switch self {
        case .finished(let output):
            return output
        case .replied:
            throw CloudConvertError(code: .invalidResponse, message: "a call was driven as a conversion; please report this as a defect")
        case .failed(let details):
            throw Outcome.error(details, failure)
        }
    }

    /// What a call was answered with; throws where it failed.
    func reply(_ failure: (any Error)? = nil) throws -> String {
        switch self {
        case .replied(let reply):
            return reply
        case .finished:
            throw CloudConvertError(code: .invalidResponse, message: "a conversion was driven as a call; please report this as a defect")
        case .failed(let details):
            throw Outcome.error(details, failure)
        }
    }

    private static func error(_ details: ErrorDetails, _ failure: (any Error)?) -> any Error {
        if details.code == CloudConvertError.Code.cancelled.rawValue { return CancellationError() }
        return CloudConvertError(details, underlyingError: details.hasCause ? failure : nil)
    }
}
