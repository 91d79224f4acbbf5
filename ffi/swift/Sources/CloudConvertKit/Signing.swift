import CloudConvertCore
import Foundation

/// What the service says by a webhook of version 2 of the API. Anyone can send such a request: `init(verifying:)` tells
/// whether the service did.
public struct Webhook: Sendable {
    /// `job.created`, `job.finished`, `job.failed`, or one that comes later.
    public let event: String
    /// The ID of the job.
    public let jobID: String
    /// The whole job with its tasks, as the service wrote it. It holds signed URLs.
    public let job: JSONValue
    let callback: Callback

    /// Checks the signature of a webhook in constant time, then reads it.
    ///
    /// - Parameters:
    ///   - body: The raw body of the request: JSON that was parsed and written again has another signature.
    ///   - signature: Its header `CloudConvert-Signature`; `nil` where there is none.
    ///   - secret: The signing secret of that webhook.
    /// - Throws: `CloudConvertError`: `unauthorized` for what is not signed with this secret, `badRequest` for an empty
    ///   secret, `invalidResponse` for what is signed and not a webhook.
    public init(verifying body: Data, signature: String?, secret: String) throws {
        let webhook = try refusing { try verifyWebhook(body: body, signature: signature ?? "", secret: secret) }
        event = webhook.event
        jobID = webhook.jobId
        callback = Callback(webhook.callback)
        job = try JSONDecoder().decode(JSONValue.self, from: Data(webhook.job.utf8))
    }
}

extension Webhook: CustomStringConvertible {
    /// The job is left out.
    public var description: String { "Webhook(\(event), \(jobID))" }
}

/// A URL that runs a job when it is opened, and redirects to the file. Anyone who has it can read the job.
public struct SignedURL: Equatable, Sendable {
    /// The body of the job's creation: `["tasks": […]]`.
    public var job: JSONValue
    /// Requests with the same key share one result for a day. Without one, each request runs the job and costs.
    public var cacheKey: String?

    public init(job: JSONValue, cacheKey: String? = nil) {
        self.job = job
        self.cacheKey = cacheKey
    }

    /// Checks a URL, byte for byte as it was requested, and reads it.
    ///
    /// - Throws: `CloudConvertError`: `unauthorized` for what is not signed with this secret, `badRequest` for an empty
    ///   secret, or where a signed URL holds no job.
    public init(verifying url: String, secret: String) throws {
        let signed = try refusing { try verifyUrl(url: url, secret: secret) }
        job = try JSONDecoder().decode(JSONValue.self, from: Data(signed.job.utf8))
        cacheKey = signed.cacheKey
    }

    /// The URL, of the base and the secret that the account's dashboard shows.
    ///
    /// - Throws: `CloudConvertError`: `badRequest` for a base that is not a URL, an empty secret, a job without a task
    ///   `export/url`, or a cache key with other characters than letters, digits, `_` and `-`.
    public func sign(base: String, secret: String) throws -> String {
        let encoder = JSONEncoder()
        // The same job always has the same URL.
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(job), as: UTF8.self)
        return try refusing { try signUrl(base: base, secret: secret, job: text, cacheKey: cacheKey) }
    }
}
