import CloudConvertCore
import Foundation

/// One of many conversions. The parts are those of `convert`.
public struct Wish: Sendable {
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
public struct Ended: Sendable {
    /// Its place among the wishes, from 0.
    public let index: Int
    /// What was wanted.
    public let wish: Wish
    /// What came out, or why not.
    public let result: Result<Converted, Error>
}

extension CloudConvert {
    /// Converts many files; gives each when it has ended, well or not. When the service asks one to slow down, all do.
    ///
    /// It begins at once. When nobody reads the stream any more, what still runs is cancelled and cleans up in the
    /// background.
    ///
    /// - Parameters:
    ///   - wishes: What is converted, each into another place.
    ///   - limit: How many at once.
    ///   - onProgress: Called whenever something has changed, with the place among the wishes, on any thread.
    public func convertAll(
        _ wishes: [Wish], atOnce limit: Int = 5, onProgress: (@Sendable (Int, ConversionProgress) -> Void)? = nil
    ) -> AsyncStream<Ended> {
        AsyncStream { continuation in
            let task = Task {
                await convertAll(wishes, limit, onProgress) { continuation.yield($0) }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private func convertAll(
        _ wishes: [Wish], _ limit: Int, _ onProgress: (@Sendable (Int, ConversionProgress) -> Void)?,
        _ yield: @escaping @Sendable (Ended) -> Void
    ) async {
        var runs: [Int: Run] = [:]
        for (index, wish) in wishes.enumerated() {
            var watching = Watching()
            if let onProgress = onProgress {
                watching.onProgress = { onProgress(index, $0) }
            }
            do {
                runs[index] = try conversion(wish.source, wish.saveTo, wish.format, wish.job, wish.policy, watching)
            } catch {
                yield(Ended(index: index, wish: wish, result: .failure(error)))
            }
        }
        let begun = runs
        let driver = BatchDriver(limit: limit) { index, result in
            guard let outputs = begun[index]?.outputs else { return }
            defer { outputs.discard() }
            let converted = Result { try Converted(try result.get(), outputs) }
            yield(Ended(index: index, wish: wishes[index], result: converted))
        }
        for (index, run) in runs.sorted(by: { $0.key < $1.key }) {
            // It can only refuse what is in a batch already.
            try? driver.add(run, index: index)
        }
        await driver.drive()
    }
}
