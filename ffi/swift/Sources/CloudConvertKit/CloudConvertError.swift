import CloudConvertCore
import Foundation

/// A conversion that failed, in words for a person, with the facts that a program needs. A cancelled task throws
/// `CancellationError` instead.
public struct CloudConvertError: Error, LocalizedError, Equatable, Sendable {
    /// What kind of failure it is. The raw values are the same in every language of the kit.
    public enum Code: String, Sendable {
        /// A parameter is missing, wrong or contradicts another (also: HTTP 400).
        case badRequest = "bad_request"
        /// The API key is missing or wrong (HTTP 401, 403).
        case unauthorized
        /// The process is gone, or never was (HTTP 404, 410).
        case notFound = "not_found"
        /// The service could not convert this input (HTTP 422).
        case conversionFailed = "conversion_failed"
        /// The service has no capacity or an internal error, and the retries are used up.
        case unavailable
        /// The service asked to slow down for longer than the conversion may last (HTTP 429).
        case throttled
        /// The connection failed, and the retries are used up.
        case network
        /// The conversion's deadline passed.
        case timeout
        /// Cancelled.
        case cancelled
        /// An answer that is not the API's, or an output that is not whole.
        case invalidResponse = "invalid_response"
        /// The service named a URL on a host that is not to be trusted.
        case untrustedURL = "untrusted_url"
        /// The input cannot be read.
        case input
        /// The output cannot be written.
        case output
        /// A failure that this version has no name for.
        case other
    }

    /// The kind of failure.
    public let code: Code
    /// What happened and what to do; the service's own words where it sent some.
    public let message: String
    /// The HTTP status that the service answered with.
    public let status: Int?
    /// How many seconds the service asked to wait.
    public let retryAfter: TimeInterval?
    /// The process that failed.
    public let processID: String?

    /// The message, for `localizedDescription`.
    public var errorDescription: String? { message }

    init(_ details: ErrorDetails) {
        code = Code(rawValue: details.code) ?? .other
        message = details.message
        status = details.status.map { Int($0) }
        retryAfter = details.retryAfter.map { TimeInterval($0) / 1000 }
        processID = details.processId
    }

    init(code: Code, message: String) {
        self.code = code
        self.message = message
        status = nil
        retryAfter = nil
        processID = nil
    }
}

/// Runs `body`, and throws what the core refuses as an error of the kit.
func refusing<T>(_ body: () throws -> T) throws -> T {
    do {
        return try body()
    } catch MachineError.Refused(let details) {
        throw CloudConvertError(details)
    }
}
