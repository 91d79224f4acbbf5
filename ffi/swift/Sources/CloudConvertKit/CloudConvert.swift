import CloudConvertCore
import Foundation

/// A client of CloudConvert. Cheap to make and safe to share.
///
/// ```swift
/// let client = CloudConvert(apiKey: key)
/// let result = try await client.convert(.file(photo), saveTo: folder.appendingPathComponent("photo.jpg"))
/// ```
///
/// Every function returns when its work is done, throws a `CloudConvertError` where it fails, and cleans up on the service
/// before it throws `CancellationError` when its task is cancelled. Requests that fail are repeated as far as that is safe
/// and the policy allows.
public struct CloudConvert: Sendable {
    private let apiKey: String?
    private let baseURL: String?
    private let trustedHosts: [String]
    let transport = Transport()

    /// - Parameters:
    ///   - apiKey: The API key. Not in an app that you hand out: whoever has the app can read it. Such an app asks a backend
    ///     to `prepare`, then does `upload` and `follow` without a key.
    ///   - baseURL: Where the service is, if it is another one.
    ///   - trustedHosts: Further hosts that the service may name in its URLs.
    public init(apiKey: String? = nil, baseURL: String? = nil, trustedHosts: [String] = []) {
        self.apiKey = apiKey
        self.baseURL = baseURL
        self.trustedHosts = trustedHosts
    }

    /// Converts a file: uploads it, waits, downloads the output, and deletes both on the service.
    ///
    /// - Parameters:
    ///   - source: What is converted.
    ///   - saveTo: Where the output goes: a file, or an existing folder for files under the names that the service gives.
    ///     It appears when it is whole, never before. Nil leaves the output on the service.
    ///   - format: The output format; as a rule the extension of `saveTo`.
    ///   - callbacks: The URLs, or their queries alone, with which the service called `JobOptions.callback` and perhaps
    ///     those of other conversions: the status is asked for when it called, and seldom in between.
    ///   - onProgress: Called whenever something has changed, on any thread.
    ///   - checkpoint: Called with what `resume` takes, before a request of which another program would have to know.
    public func convert(
        _ source: Source, saveTo: URL?, to format: String? = nil, job: JobOptions = JobOptions(),
        policy: Policy = Policy(), callbacks: AsyncStream<String>? = nil,
        onProgress: (@Sendable (ConversionProgress) -> Void)? = nil, checkpoint: (@Sendable (String) -> Void)? = nil
    ) async throws -> ConversionResult {
        let observers = Observers(onProgress: onProgress, checkpoint: checkpoint, callbacks: callbacks)
        return try await finish(
            try conversion(source, saveTo, format, job, policy, observers)
        )
    }

    /// `convert` as a stream: it begins at once, and ends in the background when nobody reads the stream any more.
    public func conversion(
        _ source: Source, saveTo: URL?, to format: String? = nil, job: JobOptions = JobOptions(),
        policy: Policy = Policy()
    ) -> AsyncThrowingStream<ConversionUpdate, Error> {
        AsyncThrowingStream(ConversionUpdate.self, bufferingPolicy: .bufferingNewest(1)) { continuation in
            let task = Task {
                do {
                    let result = try await convert(source, saveTo: saveTo, to: format, job: job, policy: policy) {
                        continuation.yield(.progress($0))
                    }
                    continuation.yield(.finished(result))
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// Goes on with a conversion that a `checkpoint` told of, perhaps in another process, with the same service.
    ///
    /// - Parameters:
    ///   - saved: What the last checkpoint was called with. It has neither the key nor the bytes of any file.
    ///   - source: The files that are uploaded, where that was not over yet.
    ///   - saveTo: Where the output goes, as before.
    ///   - format: With this, `source`, `format` and `job` are the whole job once more: content and the credentials of
    ///     storages are not in a saved state, and a process that was not started yet needs them.
    public func resume(
        _ saved: String, source: Source? = nil, saveTo: URL?, to format: String? = nil, job: JobOptions = JobOptions(),
        onProgress: (@Sendable (ConversionProgress) -> Void)? = nil, checkpoint: (@Sendable (String) -> Void)? = nil
    ) async throws -> ConversionResult {
        let outputs = try Outputs(saveTo: saveTo)
        let observers = Observers(onProgress: onProgress, checkpoint: checkpoint)
        let made = try machine { api in
            let machine = try Machine.restore(api: api, saved: saved)
            if let source = source, let format = format {
                try machine.supply(job: try job.json(try source.members(), to: format))
            }
            return machine
        }
        outputs.assume(made.verified())
        return try await finish(
            Run(made, transport, outputs: outputs, files: source?.uploads ?? [], observers: observers)
        )
    }

    /// Creates and starts a process that waits for an upload, for a program without the key to go on with.
    public func prepare(
        name: String, to format: String, job: JobOptions = JobOptions(), policy: Policy = Policy()
    ) async throws -> Prepared {
        let wish = try job.json(["input": .string("upload"), "name": .string(name)], to: format)
        let patience = try policy.json()
        let made = try machine { api in
            try Machine.prepare(api: api, job: wish, policy: patience, seed: CloudConvert.seed())
        }
        let output = try await Driver(Run(made, transport, outputs: try Outputs(saveTo: nil))).drive().output()
        return Prepared(
            processID: output.processId ?? "", processURL: output.processUrl ?? "", uploadURL: output.uploadUrl ?? ""
        )
    }

    /// Uploads to a process that waits for it.
    public func upload(
        to uploadURL: String, _ files: [Source.Upload], policy: Policy = Policy(),
        onProgress: (@Sendable (ConversionProgress) -> Void)? = nil
    ) async throws {
        let inputs = try files.map { try $0.inputFile() }
        let observers = Observers(onProgress: onProgress)
        let patience = try policy.json(observers)
        let made = try machine(at: uploadURL) { api in
            try Machine.upload(
                api: api, uploadUrl: uploadURL, files: inputs, policy: patience, seed: CloudConvert.seed()
            )
        }
        let run = Run(made, transport, outputs: try Outputs(saveTo: nil), files: files, observers: observers)
        _ = try await Driver(run).drive().output()
    }

    /// Follows a process that another program created, downloads its output and deletes it. As `convert` otherwise.
    public func follow(
        _ processURL: String, saveTo: URL?, policy: Policy = Policy(),
        onProgress: (@Sendable (ConversionProgress) -> Void)? = nil
    ) async throws -> ConversionResult {
        let observers = Observers(onProgress: onProgress)
        let patience = try downloading(to: saveTo, policy).json(observers)
        let outputs = try Outputs(saveTo: saveTo)
        let made = try machine(at: processURL) { api in
            try Machine.follow(api: api, processUrl: processURL, policy: patience, seed: CloudConvert.seed())
        }
        return try await finish(Run(made, transport, outputs: outputs, observers: observers))
    }

    /// Deletes a process and its files on the service, and cancels it if it runs.
    public func delete(_ processURL: String, policy: Policy = Policy()) async throws {
        let patience = try policy.json()
        let made = try machine(at: processURL) { api in
            try Machine.delete(api: api, processUrl: processURL, policy: patience, seed: CloudConvert.seed())
        }
        _ = try await Driver(Run(made, transport, outputs: try Outputs(saveTo: nil))).drive().output()
    }

    /// A conversion that has not begun.
    func conversion(
        _ source: Source, _ saveTo: URL?, _ format: String?, _ job: JobOptions, _ policy: Policy, _ observers: Observers
    ) throws -> Run {
        let wish = try job.json(try source.members(), to: format ?? saveTo?.pathExtension ?? "")
        let patience = try downloading(to: job.output == nil ? saveTo : nil, policy).json(observers)
        let outputs = try Outputs(saveTo: saveTo)
        let made = try machine { api in
            try Machine.convert(api: api, job: wish, policy: patience, seed: CloudConvert.seed())
        }
        return Run(made, transport, outputs: outputs, files: source.uploads, observers: observers)
    }

    private func downloading(to saveTo: URL?, _ policy: Policy) throws -> Policy {
        var policy = policy
        if let saveTo = saveTo {
            if policy.download == .each && !Outputs.isDirectory(saveTo) {
                let message = "`saveTo` has to be a folder that exists, for each of many files"
                throw CloudConvertError(code: .badRequest, message: message)
            }
        } else {
            policy.download = .none
        }
        return policy
    }

    /// Drives a conversion whose outputs are wanted.
    private func finish(_ run: Run) async throws -> ConversionResult {
        defer { run.outputs.discard() }
        return try ConversionResult(try await Driver(run).drive().output(), run.outputs)
    }

    private func machine(at url: String? = nil, _ make: (Api) throws -> Machine) throws -> Machine {
        try refusing { try make(try api(at: url)) }
    }

    /// The service that a call with this URL is for.
    func api(at url: String? = nil) throws -> Api {
        try Api(base: baseURL, url: url, key: apiKey, trusted: trustedHosts)
    }

    static func seed() -> UInt64 {
        UInt64.random(in: UInt64.min...UInt64.max)
    }
}

/// The key is shown nowhere.
extension CloudConvert: CustomStringConvertible, CustomReflectable {
    public var description: String { "CloudConvert(\(baseURL ?? defaultBase()))" }

    public var customMirror: Mirror { Mirror(self, children: []) }
}
