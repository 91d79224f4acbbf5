import CloudConvertCore
import Foundation

/// How far a conversion is.
public struct ConversionProgress: Equatable, Sendable {
    /// What the client is doing.
    public enum Stage: String, Sendable {
        case create, start, upload, convert, download, delete, done
    }

    /// What the client is doing.
    public let stage: Stage
    /// The step of the service: `input`, `wait`, `convert`, `output`, `finished`, or one that comes later.
    public let step: String?
    /// How much of the conversion the service has done, from 0 to 100.
    public let percent: Double?
    /// What the service says about it.
    public let message: String
    /// Bytes of the input sent, framing included.
    public let sent: UInt64
    /// Bytes of the present output received.
    public let received: UInt64
    /// How many bytes the present upload or download has, where known.
    public let total: UInt64?
    /// Failures in a row of the present call.
    public let attempt: Int
    /// The process ID, once there is one.
    public let processID: String?

    init(_ progress: CloudConvertCore.ConversionProgress) {
        stage = Stage(rawValue: progress.stage) ?? .convert
        step = progress.step
        percent = progress.percent
        message = progress.message
        sent = progress.sent
        received = progress.received
        total = progress.total
        attempt = Int(progress.attempt)
        processID = progress.processId
    }
}

/// What came out of a conversion.
public struct ConversionResult: Sendable {
    /// The files that were written, in the service's order. Empty where nothing was downloaded.
    public let files: [URL]
    /// The process ID.
    public let processID: String?
    /// Where the service stored the output, if it stays there.
    public let url: String?
    /// The facts that mode `info` found.
    public let info: JSONValue?

    init(_ output: Output, _ outputs: Outputs) throws {
        files = try outputs.finish(output.files)
        processID = output.processId
        url = output.url
        info = try output.info.map { try JSONDecoder().decode(JSONValue.self, from: Data($0.utf8)) }
    }
}

/// A process that waits for an upload, for a program without the key to go on with.
public struct Prepared: Sendable {
    /// The process ID.
    public let processID: String
    /// What `follow` takes.
    public let processURL: String
    /// What `upload` takes.
    public let uploadURL: String
}

/// What the stream of a conversion yields: progress, then the result.
public enum ConversionUpdate: Sendable {
    /// Something has changed.
    case progress(ConversionProgress)
    /// The end.
    case finished(ConversionResult)
}
