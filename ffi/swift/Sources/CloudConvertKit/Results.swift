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
    /// How much of the whole is done, from 0 to 1: always a finite number, and it never goes back. It is 1 at the end of a
    /// conversion that went well, and only there.
    public let fraction: Double
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
    /// How fast the present upload or download is, in bytes per second, once that can be told.
    public let speed: UInt64?
    /// How long the present upload, conversion or download still takes at its pace, in seconds, once that can be told.
    public let timeLeft: TimeInterval?
    /// Failures in a row of the present call.
    public let attempt: Int
    /// The process ID, once there is one.
    public let processID: String?

    init(_ progress: CloudConvertCore.ConversionProgress) {
        stage = Stage(rawValue: progress.stage) ?? .convert
        fraction = progress.fraction
        step = progress.step
        percent = progress.percent
        message = progress.message
        sent = progress.sent
        received = progress.received
        total = progress.total
        speed = progress.speed
        timeLeft = progress.timeLeft.map { TimeInterval($0) / 1000 }
        attempt = Int(progress.attempt)
        processID = progress.processId
    }
}

/// What came out of a conversion.
public struct ConversionResult: Sendable {
    /// The files that were written, in the service's order. Empty without `saveTo`, and where nothing was downloaded.
    public let files: [URL]
    /// The outputs in memory, in the service's order, where there was no `saveTo`.
    public let contents: [Content]
    /// The ID of the process, or with version 2 of the API of the job.
    public let processID: String?
    /// Where the process or the job is.
    public let processURL: URL?
    /// Where the service stored the output, if it stays there.
    public let url: URL?
    /// The name that the service gave the output.
    public let filename: String?
    /// The facts that mode `info` found.
    public let info: JSONValue?

    init(_ output: Output, _ outputs: Outputs) throws {
        files = outputs.of(output.files)
        contents = outputs.inMemory(output.files)
        processID = output.processId
        processURL = output.processUrl.flatMap { URL(string: $0) }
        filename = output.filename
        url = output.url.flatMap { URL(string: $0) }
        info = try output.info.map { try JSONDecoder().decode(JSONValue.self, from: Data($0.utf8)) }
    }
}

/// An output in memory.
public struct Content: Sendable {
    /// The name that the service gave it, with the extension.
    public let name: String
    /// Its bytes.
    public let data: Data
}

/// A process that waits for an upload, for a program that has no key.
public struct Prepared: Sendable {
    /// What `upload`, `follow` and `delete` take: to be passed on as it is.
    public let ticket: URL
    /// The process ID.
    public let processID: String
    /// Where the process is.
    public let processURL: URL
    /// Where the file is uploaded; nil where the version of the API needs the `ticket`.
    public let uploadURL: URL?

    init(_ output: Output) throws {
        guard let process = output.processUrl.flatMap({ URL(string: $0) }),
            let ticket = output.ticket.flatMap({ URL(string: $0) })
        else {
            throw CloudConvertError(code: .invalidResponse, message: "the service prepared a process without naming its URL: check the base URL")
        }
        (self.ticket, processID, processURL) = (ticket, output.processId ?? "", process)
        uploadURL = output.uploadUrl.flatMap { URL(string: $0) }
    }
}

/// What the sequence of a conversion yields: progress, then the result.
public enum ConversionUpdate: Sendable {
    /// The progress has changed.
    case progress(ConversionProgress)
    /// The conversion has ended well.
    case finished(ConversionResult)
}

/// The updates of `CloudConvert.conversion`. Reading begins the conversion. When the reading ends early, it is cancelled, and
/// cleans up in the background.
public struct ConversionUpdates: AsyncSequence, Sendable {
    public typealias Element = ConversionUpdate
    let begin: @Sendable () -> AsyncThrowingStream<ConversionUpdate, any Error>

    public func makeAsyncIterator() -> AsyncThrowingStream<ConversionUpdate, any Error>.Iterator {
        begin().makeAsyncIterator()
    }
}
