import CloudConvertCore
import Foundation

/// One conversion that is wanted: the parameters of `convert`.
public struct ConversionRequest: Sendable {
    /// What is converted.
    public var source: Source
    /// Where the output goes; nil takes it into memory: `ConversionResult.contents`.
    public var saveTo: URL?
    /// The output format; nil for the extension of `saveTo`.
    public var format: String?
    /// What the service makes of it.
    public var job: JobOptions
    /// How patient it is.
    public var policy: Policy

    /// As `CloudConvert.convert`.
    public init(
        _ source: Source, saveTo: URL? = nil, to format: String? = nil, job: JobOptions = JobOptions(),
        policy: Policy = Policy()
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

/// The results of `convertMany`, each when its conversion has ended. Reading begins the conversions. Those that still run when
/// the reading ends are cancelled, and clean up in the background.
public struct BatchResults: AsyncSequence, Sendable {
    public typealias Element = BatchResult
    let begin: @Sendable () -> AsyncStream<BatchResult>

    public func makeAsyncIterator() -> AsyncStream<BatchResult>.Iterator {
        begin().makeAsyncIterator()
    }
}

extension CloudConvert {
    /// Converts many files. Gives each when it has ended, well or not. When the service asks one to slow down, all do.
    ///
    /// - Parameters:
    ///   - requests: What is converted, each into another file.
    ///   - concurrency: How many run at once, from 1 on.
    ///   - onProgress: Called when something has changed, with the place among the requests, on any thread.
    ///   - checkpoint: As in `convert`, with the place among the requests.
    public func convertMany(
        _ requests: [ConversionRequest], concurrency: Int = 5,
        onProgress: (@Sendable (Int, ConversionProgress) -> Void)? = nil,
        checkpoint: (@Sendable (Int, String) throws -> Void)? = nil
    ) -> BatchResults {
        let observers: @Sendable (Int) -> Observers = { index in
            var observers = Observers()
            if let onProgress = onProgress { observers.onProgress = { onProgress(index, $0) } }
            if let checkpoint = checkpoint { observers.checkpoint = { try checkpoint(index, $0) } }
            return observers
        }
        return BatchResults {
            AsyncStream { continuation in
                let task = Task {
                    await convertMany(requests, concurrency, observers) { continuation.yield($0) }
                    continuation.finish()
                }
                continuation.onTermination = { _ in task.cancel() }
            }
        }
    }

    private func convertMany(
        _ requests: [ConversionRequest], _ concurrency: Int, _ observers: @Sendable (Int) -> Observers,
        _ yield: @escaping @Sendable (BatchResult) -> Void
    ) async {
        var runs: [Int: Run] = [:]
        for (index, request) in requests.enumerated() {
            do {
                runs[index] = try run(request, observers(index))
            } catch {
                yield(BatchResult(index: index, request: request, result: .failure(error)))
            }
        }
        let begun = runs
        let onEnd: @Sendable (Int, Result<Output, Error>) -> Void = { index, result in
            guard let outputs = begun[index]?.outputs else { return }
            defer { outputs.discard() }
            let converted = Result { try ConversionResult(try result.get(), outputs) }
            yield(BatchResult(index: index, request: requests[index], result: converted))
        }
        let driver: BatchDriver
        do {
            driver = try BatchDriver(concurrency: concurrency, time, seed: seed(), onEnd: onEnd)
        } catch {
            for index in begun.keys.sorted() { onEnd(index, .failure(error)) }
            return
        }
        for (index, run) in runs.sorted(by: { $0.key < $1.key }) {
            // It can only refuse what is in a batch already.
            try? driver.add(run, index: index)
        }
        await driver.drive()
    }
}
