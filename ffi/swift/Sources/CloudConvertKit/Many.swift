import CloudConvertCore
import Foundation

/// One of many conversions. The parts are those of `convert`.
public struct ConversionRequest: Sendable {
    /// What is converted.
    public var source: Source
    /// Where the output goes; nil leaves it on the service.
    public var saveTo: URL?
    /// The output format; nil for the extension of `saveTo`.
    public var format: String?
    /// What the service is to make of it.
    public var job: JobOptions
    /// How patient it is.
    public var policy: Policy

    /// A wish with what `convert` is given.
    public init(
        _ source: Source, saveTo: URL?, to format: String? = nil, job: JobOptions = JobOptions(), policy: Policy = Policy()
    ) {
        self.source = source
        self.saveTo = saveTo
        self.format = format
        self.job = job
        self.policy = policy
    }
}

/// One of many conversions that has ended.
public struct BatchResult: Sendable {
    /// Its place among the requests, from 0.
    public let index: Int
    /// What was wanted.
    public let request: ConversionRequest
    /// What came out, or why not.
    public let result: Result<ConversionResult, Error>
}

extension CloudConvert {
    /// Converts many files; gives each when it has ended, well or not. When the service asks one to slow down, all do.
    ///
    /// It begins at once. When nobody reads the stream any more, what still runs is cancelled and cleans up in the
    /// background.
    ///
    /// - Parameters:
    ///   - requests: What is converted, each into another place.
    ///   - limit: How many at once.
    ///   - onProgress: Called whenever something has changed, with the place among the requests, on any thread.
    public func convertMany(
        _ requests: [ConversionRequest], concurrency limit: Int = 5, onProgress: (@Sendable (Int, ConversionProgress) -> Void)? = nil
    ) -> AsyncStream<BatchResult> {
        AsyncStream { continuation in
            let task = Task {
                await convertMany(requests, limit, onProgress) { continuation.yield($0) }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private func convertMany(
        _ requests: [ConversionRequest], _ limit: Int, _ onProgress: (@Sendable (Int, ConversionProgress) -> Void)?,
        _ yield: @escaping @Sendable (BatchResult) -> Void
    ) async {
        var runs: [Int: Run] = [:]
        for (index, request) in requests.enumerated() {
            var observers = Observers()
            if let onProgress = onProgress {
                observers.onProgress = { onProgress(index, $0) }
            }
            do {
                runs[index] = try conversion(request.source, request.saveTo, request.format, request.job, request.policy, observers)
            } catch {
                yield(BatchResult(index: index, request: request, result: .failure(error)))
            }
        }
        let begun = runs
        let driver = BatchDriver(limit: limit) { index, result in
            guard let outputs = begun[index]?.outputs else { return }
            defer { outputs.discard() }
            let converted = Result { try ConversionResult(try result.get(), outputs) }
            yield(BatchResult(index: index, request: requests[index], result: converted))
        }
        for (index, run) in runs.sorted(by: { $0.key < $1.key }) {
            // It can only refuse what is in a batch already.
            try? driver.add(run, index: index)
        }
        await driver.drive()
    }
}
