import CloudConvertCore
import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// A client of CloudConvert. Cheap to make and safe to share.
///
/// ```swift
/// let client = CloudConvert(apiKey: key)
/// let result = try await client.convert(.file(photo), saveTo: folder.appendingPathComponent("photo.jpg"))
/// ```
///
/// Every function returns when its work is done. It throws a `CloudConvertError` where it fails. When its task is cancelled, it
/// cleans up on the service first, then throws `CancellationError`. Requests that fail are repeated as far as that is safe and
/// the policy allows.
public struct CloudConvert: Sendable {
    private let apiKey: String?
    private let baseURL: URL?
    private let trustedHosts: [String]
    /// The patience of what is not given its own, single calls too.
    let standard: PolicyChanges
    let transport: any Transport
    let time: any Timekeeper
    /// What the chance of a conversion begins with.
    let seed: @Sendable () -> UInt64
    let callbacks = Callbacks()

    /// - Parameters:
    ///   - apiKey: The API key; an empty one is none. Do not put it into an app that you hand out, because anyone can read it there. Such an app
    ///     asks a backend to `prepare`, then calls `upload` and `follow` without a key.
    ///   - baseURL: Where the service is. Nil for `https://api.cloudconvert.com/v2`. A path that ends in `/v2` is version 2 of
    ///     the API, any other version 1.
    ///   - trustedHosts: Further hosts that the service may name in its URLs.
    ///   - retries: How many requests of a conversion or a single call may be repeated after failures. Nil for 20, of a call 5.
    ///   - throttles: How often the service may ask either to slow down. Nil for 200, of a call 10.
    ///   - deadline: How many seconds either may take. Nil for six hours, of a call two minutes.
    ///   - requestTimeout: How many seconds a request that moves no file may stay without an answer. Nil for 30.
    ///   - session: Its configuration is used: proxy, TLS settings, headers, protocol classes. Its delegate, cache, cookies and
    ///     timeouts are not.
    public init(
        apiKey: String? = nil, baseURL: URL? = nil, trustedHosts: [String] = [], retries: Int? = nil,
        throttles: Int? = nil, deadline: TimeInterval? = nil, requestTimeout: TimeInterval? = nil,
        session: URLSession? = nil
    ) {
        let standard = PolicyChanges(
            retries: retries, throttles: throttles, deadline: deadline, requestTimeout: requestTimeout
        )
        self.init(
            apiKey: apiKey, baseURL: baseURL, trustedHosts: trustedHosts, standard: standard,
            transport: SessionTransport(session?.configuration ?? .ephemeral)
        )
    }

    /// A client with another network, another time, and chance that is none: for tests.
    init(
        apiKey: String?, baseURL: URL?, trustedHosts: [String] = [], standard: PolicyChanges = PolicyChanges(),
        transport: any Transport, time: any Timekeeper = MachineTime(),
        seed: @escaping @Sendable () -> UInt64 = { UInt64.random(in: UInt64.min...UInt64.max) }
    ) {
        self.apiKey = apiKey
        self.baseURL = baseURL
        self.trustedHosts = trustedHosts
        self.standard = standard
        self.transport = transport
        self.time = time
        self.seed = seed
    }

    /// Converts a file: uploads it, waits, downloads the output, and deletes both on the service.
    ///
    /// - Parameters:
    ///   - source: What is converted.
    ///   - saveTo: Where the output goes: a file, which is replaced, or an existing folder for files under the names that the
    ///     service gives. The output appears when it is whole, never before. Nil takes it into memory:
    ///     `ConversionResult.contents`.
    ///   - format: The output format. Nil for the extension of `saveTo`, or what the mode makes.
    ///   - job: What the service makes of the file, beyond its format.
    ///   - policy: How patient the conversion is, and what it does with its output.
    ///   - onProgress: Called on any thread when something has changed, and ten times a second while only bytes move. It
    ///     cannot throw. To end the conversion, cancel the task.
    ///   - checkpoint: Called with what `resume` takes, before each request that another program would have to know. What it
    ///     throws is logged and changes nothing; only a `CancellationError` cancels the conversion.
    public func convert(
        _ source: Source, saveTo: URL? = nil, to format: String? = nil, job: JobOptions = JobOptions(),
        policy: Policy = Policy(), onProgress: (@Sendable (ConversionProgress) -> Void)? = nil,
        checkpoint: (@Sendable (String) throws -> Void)? = nil
    ) async throws -> ConversionResult {
        let observers = Observers(onProgress: onProgress, checkpoint: checkpoint)
        let request = ConversionRequest(source, saveTo: saveTo, to: format, job: job, policy: policy)
        return try await finish(try run(request, observers))
    }

    /// Runs a job of your own (version 2 of the API): uploads, follows, downloads, verifies and deletes, as `convert` does.
    ///
    /// ```swift
    /// let tasks: [String: JSONValue] = [
    ///     "plan": ["operation": "import/upload"],
    ///     "small": ["operation": "thumbnail", "input": "plan", "output_format": "png"],
    ///     "files": ["operation": "export/url", "input": "small"],
    /// ]
    /// try await client.run(tasks, files: ["plan": .file(plan, name: "plan.pdf")], saveTo: picture)
    /// ```
    ///
    /// - Parameters:
    ///   - tasks: The tasks as the API writes them, by their names.
    ///   - files: What is uploaded, by the names of its import tasks.
    ///   - job: Of its members, `tag` and `callback`. All else stands in the tasks.
    public func run(
        _ tasks: [String: JSONValue], files: [String: Source.Upload] = [:], saveTo: URL? = nil,
        job: JobOptions = JobOptions(), policy: Policy = Policy(),
        onProgress: (@Sendable (ConversionProgress) -> Void)? = nil, checkpoint: (@Sendable (String) throws -> Void)? = nil
    ) async throws -> ConversionResult {
        try await convert(
            .tasks(tasks, files: files), saveTo: saveTo, job: job, policy: policy, onProgress: onProgress,
            checkpoint: checkpoint
        )
    }

    /// `convert` as a sequence of updates.
    public func conversion(
        _ source: Source, saveTo: URL? = nil, to format: String? = nil, job: JobOptions = JobOptions(),
        policy: Policy = Policy()
    ) -> ConversionUpdates {
        ConversionUpdates {
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
    }

    /// Goes on with a conversion that a `checkpoint` was told of, perhaps in another program, with the same service.
    ///
    /// - Parameters:
    ///   - saved: What the last checkpoint was called with. It has neither the key nor the bytes of any file.
    ///   - saveTo: Where the output goes, as before. Nil takes into memory what was not saved yet.
    ///   - source: The files that are uploaded. Needed where the upload was not over yet.
    ///   - format: With this, or with a `mode` in `job`, `source`, `format` and `job` are the whole job once more, and with
    ///     `Source.tasks` too. A process that was not started yet needs them, because content and the credentials of storages
    ///     are not in a saved state.
    ///   - changes: What of the policy is another than it was.
    ///   - overwrite: As in `Policy`.
    public func resume(
        _ saved: String, saveTo: URL? = nil, source: Source? = nil, to format: String? = nil,
        job: JobOptions = JobOptions(), changes: PolicyChanges = PolicyChanges(), overwrite: Bool = false,
        onProgress: (@Sendable (ConversionProgress) -> Void)? = nil, checkpoint: (@Sendable (String) throws -> Void)? = nil
    ) async throws -> ConversionResult {
        let observers = Observers(onProgress: onProgress, checkpoint: checkpoint)
        let made = try machine([
            "saved": .string(saved),
            "job": try source.map { job.members(try $0.members(), to: format) } ?? .null,
            "policy": changes.members(observers, standard: standard),
            "save_to": whereTo(saveTo),
        ])
        let outputs = try Outputs(saveTo, made.saveTo(), overwrites: overwrite)
        outputs.assume(made.verified(), named: made.names())
        return try await finish(
            run(made, outputs, files: source?.uploads ?? [], observers)
        )
    }

    /// A conversion that has not begun.
    func run(_ request: ConversionRequest, _ observers: Observers) throws -> Run {
        let (source, saveTo, job) = (request.source, request.saveTo, request.job)
        let made = try machine([
            "run": "convert",
            "job": job.members(try source.members(), to: request.format),
            "policy": request.policy.members(observers, standard: standard),
            "save_to": whereTo(saveTo),
        ])
        let outputs = try Outputs(saveTo, made.saveTo(), overwrites: request.policy.overwrite)
        return run(made, outputs, files: source.uploads, observers)
    }

    /// A machine with what its requests need.
    func run(
        _ machine: Machine, _ outputs: Outputs, files: [Source.Upload] = [], _ observers: Observers = Observers()
    ) -> Run {
        if outputs.areInMemory { machine.forgetOutputs() }
        if observers.checkpoint != nil { machine.keepStates() }
        return Run(machine, transport, time, outputs: outputs, files: files, observers: observers, callbacks: callbacks)
    }

    /// Drives a conversion whose outputs are wanted.
    func finish(_ run: Run) async throws -> ConversionResult {
        defer { run.outputs.discard() }
        return try ConversionResult(try run.output(await Driver(run).drive()), run.outputs)
    }

    /// Drives a machine that has no outputs.
    func drive(
        _ machine: Machine, files: [Source.Upload] = [], _ observers: Observers = Observers()
    ) async throws -> Output {
        let run = self.run(machine, try Outputs(), files: files, observers)
        return try run.output(await Driver(run).drive())
    }

    /// A machine of what is wanted.
    func machine(_ wish: [String: JSONValue], at url: URL? = nil) throws -> Machine {
        let text = try jsonText(wish)
        return try refusing { try Machine.begin(api: try api(at: url), wish: text, seed: seed()) }
    }

    /// The service that a call with this URL is for.
    func api(at url: URL? = nil) throws -> Api {
        try Api(base: baseURL?.absoluteString, url: url?.absoluteString, key: apiKey, trusted: trustedHosts)
    }
}

/// The key is shown nowhere.
extension CloudConvert: CustomStringConvertible, CustomReflectable {
    public var description: String { "CloudConvert(\(baseURL?.absoluteString ?? defaultBase()))" }

    public var customMirror: Mirror { Mirror(self, children: []) }
}
