import CloudConvertCore
import Foundation

/// Single calls of the API, for programs that drive a process themselves. A call is repeated only where that does no harm.
extension CloudConvert {
    /// All processes of the key that the service still knows.
    public func processes() async throws -> [ListedProcess] {
        let reply: Processes = try await call(["call": "list"])
        return reply.processes
    }

    /// The pairs of formats that the service converts, of one input or output format if wanted. Needs no key.
    public func formats(from: String? = nil, to: String? = nil) async throws -> [ConversionType] {
        let reply: Types = try await call(["call": "types", "from": JSONValue(from), "to": JSONValue(to)])
        return reply.types
    }

    /// Asks how far a process is. Needs no key.
    ///
    /// - Parameter wait: Whether the answer comes when the conversion has ended.
    public func status(_ processURL: URL, wait: Bool = false) async throws -> ProcessStatus {
        try await call(["call": wait ? "wait" : "status"], at: processURL)
    }

    /// Creates a process, which serves one conversion.
    public func create(
        _ source: Source, to format: String, job: JobOptions = JobOptions()
    ) async throws -> CreatedProcess {
        try await call(["call": "create", "job": job.members(try source.members(), to: format)])
    }

    /// Starts a process that was created. With an upload as its source it then waits for that: see `ProcessStatus.uploadURL`.
    ///
    /// - Parameter wait: Whether the answer comes when the conversion has ended.
    public func start(
        _ processURL: URL, _ source: Source, to format: String, wait: Bool = false, job: JobOptions = JobOptions()
    ) async throws -> ProcessStatus {
        let wish = job.members(try source.members(), to: format)
        return try await call(["call": "start", "job": wish, "answered": wait ? "ended" : .null], at: processURL)
    }

    /// Downloads an output, or one of its files, from `ProcessStatus.url`. `follow` does that too, and all that has to be done
    /// before and afterwards.
    ///
    /// - Parameter saveTo: A file, which appears when it is whole.
    public func download(_ outputURL: URL, saveTo: URL, file: String? = nil) async throws {
        let wish: [String: JSONValue] = [
            "call": "download", "file": JSONValue(file), "name": .string(saveTo.lastPathComponent),
        ]
        let outputs = try Outputs(saveTo: saveTo)
        defer { outputs.discard() }
        let _: Nothing = try await call(wish, at: outputURL, outputs)
        try outputs.keepAll()
    }

    private func call<Reply: Decodable>(
        _ wish: [String: JSONValue], at url: URL? = nil, _ outputs: Outputs? = nil
    ) async throws -> Reply {
        var members = wish
        members["url"] = JSONValue(url?.absoluteString)
        let text = try jsonText(members)
        let patience = try jsonText(["request_timeout": JSONValue(milliseconds: requestTimeout)])
        let machine = try refusing {
            try Machine.call(api: try api(at: url), wish: text, patience: patience, seed: CloudConvert.seed())
        }
        let run = Run(machine, transport, outputs: try outputs ?? Outputs(saveTo: nil))
        let reply = try await Driver(run).drive().reply(run.failure)
        return try JSONDecoder().decode(Reply.self, from: Data(reply.utf8))
    }
}

/// A process of the key.
public struct ListedProcess: Decodable, Equatable, Sendable {
    /// Its ID.
    public let id: String
    /// Where it is; nil where the service names a host that is not to be trusted.
    public let url: URL?
    /// Its step.
    public let step: String?
    /// When it was started and when it ended, as the service writes it: `2013-01-07 23:03:53`.
    public let started, ended: String?
}

/// A pair of formats that the service converts.
public struct ConversionType: Decodable, Equatable, Sendable {
    /// The formats.
    public let from, to: String
    /// All that the service says about it.
    public let entry: JSONValue
}

/// A process that was created.
public struct CreatedProcess: Decodable, Equatable, Sendable {
    /// Its ID.
    public let id: String
    /// What `start` takes.
    public let url: URL
}

/// How far a process is, as the service tells it.
public struct ProcessStatus: Decodable, Equatable, Sendable {
    /// The process ID.
    public let id: String?
    /// `input`, `wait`, `convert`, `output`, `finished`, `error`, or one that comes later; nil before the start.
    public let step: String?
    /// From 0 to 100.
    public let percent: Double?
    /// What the service says.
    public let message: String
    /// The HTTP status or the `code` of a conversion that failed.
    public let code: Int?
    /// Where the input is uploaded.
    public let uploadURL: URL?
    /// Where the output is, or was stored.
    public let url: URL?
    /// The name that the service gave the output.
    public let filename: String?
    /// The output's size in bytes.
    public let size: UInt64?
    /// The names of the single outputs, where there are several.
    public let files: [String]?
    /// The facts that mode `info` found.
    public let info: JSONValue?

    private enum CodingKeys: String, CodingKey {
        case id, step, percent, message, code, url, filename, size, files, info
        case uploadURL = "upload_url"
    }
}

private struct Processes: Decodable {
    let processes: [ListedProcess]
}

private struct Types: Decodable {
    let types: [ConversionType]
}

private struct Nothing: Decodable {}
