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
    private static let base = "https://api.cloudconvert.com/v1"

    private let apiKey: String?
    private let baseURL: String?
    private let trustedHosts: [String]
    private let transport = Transport()

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
    ///   - onProgress: Called whenever something has changed, on any thread.
    public func convert(
        _ source: Source, saveTo: URL?, to format: String? = nil, job: JobOptions = JobOptions(),
        policy: Policy = Policy(), onProgress: (@Sendable (ConversionProgress) -> Void)? = nil
    ) async throws -> Converted {
        let wish = try job.json(try source.members(), to: format ?? saveTo?.pathExtension ?? "")
        let patience = try downloading(to: job.output == nil ? saveTo : nil, policy).json(watches: onProgress != nil)
        return try await run(saveTo: saveTo, source, onProgress) { api in
            try Machine.convert(api: api, job: wish, policy: patience, seed: CloudConvert.seed())
        }
    }

    /// `convert` as a stream: it begins at once, and ends in the background when nobody reads the stream any more.
    public func conversion(
        _ source: Source, saveTo: URL?, to format: String? = nil, job: JobOptions = JobOptions(),
        policy: Policy = Policy()
    ) -> AsyncThrowingStream<Update, Error> {
        AsyncThrowingStream(Update.self, bufferingPolicy: .bufferingNewest(1)) { continuation in
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

    /// Creates and starts a process that waits for an upload, for a program without the key to go on with.
    public func prepare(
        name: String, to format: String, job: JobOptions = JobOptions(), policy: Policy = Policy()
    ) async throws -> Prepared {
        let wish = try job.json(["input": .string("upload"), "name": .string(name)], to: format)
        let patience = try policy.json(watches: false)
        let output = try await drive(try Outputs(saveTo: nil), [], nil) { api in
            try Machine.prepare(api: api, job: wish, policy: patience, seed: CloudConvert.seed())
        }
        return Prepared(
            processID: output.processId ?? "", processURL: output.processUrl ?? "", uploadURL: output.uploadUrl ?? ""
        )
    }

    /// Uploads to a process that was prepared.
    public func upload(
        to uploadURL: String, _ files: [Source.Upload], policy: Policy = Policy(),
        onProgress: (@Sendable (ConversionProgress) -> Void)? = nil
    ) async throws {
        let inputs = try files.map { try $0.inputFile() }
        let patience = try policy.json(watches: onProgress != nil)
        _ = try await drive(try Outputs(saveTo: nil), files, onProgress, url: uploadURL) { api in
            try Machine.upload(
                api: api, uploadUrl: uploadURL, files: inputs, policy: patience, seed: CloudConvert.seed()
            )
        }
    }

    /// Follows a process that another program created, downloads its output and deletes it. As `convert` otherwise.
    public func follow(
        _ processURL: String, saveTo: URL?, policy: Policy = Policy(),
        onProgress: (@Sendable (ConversionProgress) -> Void)? = nil
    ) async throws -> Converted {
        let patience = try downloading(to: saveTo, policy).json(watches: onProgress != nil)
        return try await run(saveTo: saveTo, nil, onProgress, url: processURL) { api in
            try Machine.follow(api: api, processUrl: processURL, policy: patience, seed: CloudConvert.seed())
        }
    }

    /// Deletes a process and its files on the service, and cancels it if it runs.
    public func delete(_ processURL: String, policy: Policy = Policy()) async throws {
        let patience = try policy.json(watches: false)
        _ = try await drive(try Outputs(saveTo: nil), [], nil, url: processURL) { api in
            try Machine.delete(api: api, processUrl: processURL, policy: patience, seed: CloudConvert.seed())
        }
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

    /// Runs a conversion whose outputs are wanted.
    private func run(
        saveTo: URL?, _ source: Source?, _ onProgress: (@Sendable (ConversionProgress) -> Void)?, url: String? = nil,
        _ machine: (Api) throws -> Machine
    ) async throws -> Converted {
        let outputs = try Outputs(saveTo: saveTo)
        defer { outputs.discard() }
        let output = try await drive(outputs, source?.uploads ?? [], onProgress, url: url, machine)
        let files = try outputs.finish(output.files)
        let info = try output.info.map { try decode($0) }
        return Converted(files: files, processID: output.processId, url: output.url, info: info)
    }

    private func drive(
        _ outputs: Outputs, _ files: [Source.Upload], _ onProgress: (@Sendable (ConversionProgress) -> Void)?,
        url: String? = nil, _ machine: (Api) throws -> Machine
    ) async throws -> Output {
        // A URL that a backend handed out is trusted as it is, where nothing else is known.
        let base = baseURL ?? (url == nil || apiKey != nil ? CloudConvert.base : nil)
        let made = try refusing { () -> Machine in
            let api = try Api(base: base, url: url, key: apiKey, trusted: trustedHosts)
            return try machine(api)
        }
        let driver = Driver(machine: made, transport: transport, outputs: outputs, files: files, onProgress: onProgress)
        return try await driver.run()
    }

    private func decode(_ text: String) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }

    private static func seed() -> UInt64 {
        UInt64.random(in: UInt64.min...UInt64.max)
    }
}
