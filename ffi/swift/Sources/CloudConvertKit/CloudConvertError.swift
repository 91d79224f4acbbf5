import CloudConvertCore
import Foundation

/// A conversion or a call that failed. The message says what happened and what to do. A cancelled task throws
/// `CancellationError` instead.
public struct CloudConvertError: Error, LocalizedError, Sendable {
    /// What kind of failure it is. The raw values are the same in every language of the kit. One that this version has no name
    /// for is kept as it is.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String

        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// A parameter is missing, is wrong or contradicts another (also: HTTP 400).
        public static let badRequest = Code(rawValue: "bad_request")
        /// The API key is missing or wrong (HTTP 401, 403), or its account has no credits (402).
        public static let unauthorized = Code(rawValue: "unauthorized")
        /// The service does not know the process: it was deleted, has expired, or never was (HTTP 404, 410).
        public static let notFound = Code(rawValue: "not_found")
        /// The service could not convert this input (HTTP 422).
        public static let conversionFailed = Code(rawValue: "conversion_failed")
        /// The service has no capacity or an internal error, and the retries are used up.
        public static let unavailable = Code(rawValue: "unavailable")
        /// The service asked to slow down for longer than the conversion may last (HTTP 429).
        public static let throttled = Code(rawValue: "throttled")
        /// The connection failed, and the retries are used up.
        public static let network = Code(rawValue: "network")
        /// The deadline of the conversion passed.
        public static let timeout = Code(rawValue: "timeout")
        /// The conversion was cancelled.
        public static let cancelled = Code(rawValue: "cancelled")
        /// The answer is not the API's, or an output is not whole.
        public static let invalidResponse = Code(rawValue: "invalid_response")
        /// The service named a URL on a host that is not trusted. See `trustedHosts`.
        public static let untrustedURL = Code(rawValue: "untrusted_url")
        /// The input cannot be read.
        public static let input = Code(rawValue: "input")
        /// The output cannot be written.
        public static let output = Code(rawValue: "output")
    }

    /// The kind of failure.
    public let code: Code
    /// What happened and what to do.
    public let message: String
    /// The HTTP status that the service answered with.
    public let status: Int?
    /// Whether the same may work later, after `retryAfter` or some minutes.
    public let isRetryable: Bool
    /// How many seconds the service asked to wait.
    public let retryAfter: TimeInterval?
    /// The process that failed.
    public let processID: String?
    /// The method of the request that failed, where one was sent.
    public let method: String?
    /// The URL of that request, without its query.
    public let url: URL?
    /// What the service itself said. The message may say more.
    public let serviceMessage: String?
    /// What the session or the file system threw, if it did.
    public let underlyingError: (any Error)?

    /// The message, for `localizedDescription`.
    public var errorDescription: String? { message }

    init(_ details: ErrorDetails, underlyingError: (any Error)? = nil) {
        code = Code(rawValue: details.code)
        message = details.message
        status = details.status.map { Int($0) }
        isRetryable = details.isRetryable
        retryAfter = details.retryAfter.map { TimeInterval($0) / 1000 }
        processID = details.processId
        method = details.method
        url = details.url.flatMap { URL(string: $0) }
        serviceMessage = details.serviceMessage
        self.underlyingError = underlyingError
    }

    /// What this language finds out by itself.
    init(code: Code, message: String, underlyingError: (any Error)? = nil) {
        let details = ErrorDetails(
            code: code.rawValue, message: message, status: nil, isRetryable: false, retryAfter: nil, processId: nil,
            method: nil, url: nil, serviceMessage: nil, hasCause: underlyingError != nil
        )
        self.init(details, underlyingError: underlyingError)
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
