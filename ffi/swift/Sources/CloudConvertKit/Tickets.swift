import CloudConvertCore
import Foundation

/// Conversions whose parts are done by several programs, which hand on a ticket.
extension CloudConvert {
    /// Creates and starts a process that waits for the upload of a file of this name, by a program that has no key.
    public func prepare(
        _ name: String, to format: String, job: JobOptions = JobOptions(), policy: Policy = Policy()
    ) async throws -> Prepared {
        let wish = try job.json(["input": .string("upload"), "name": .string(name)], to: format)
        let patience = try policy.json(requestTimeout: requestTimeout)
        let made = try machine { api in
            try Machine.prepare(api: api, job: wish, policy: patience, seed: CloudConvert.seed())
        }
        return try Prepared(try await drive(made))
    }

    /// Uploads to a process that waits for it.
    ///
    /// - Parameters:
    ///   - ticket: The ticket of the process, or its upload URL.
    ///   - source: One upload, or several for the modes `combine` and `archive`.
    public func upload(
        _ ticket: URL, _ source: Source, policy: Policy = Policy(),
        onProgress: (@Sendable (ConversionProgress) -> Void)? = nil
    ) async throws {
        let url = ticket.absoluteString
        let inputs = try source.uploads.map { try $0.inputFile() }
        let observers = Observers(onProgress: onProgress)
        let patience = try policy.json(observers, requestTimeout: requestTimeout)
        let made = try machine(at: ticket) { api in
            try Machine.upload(api: api, uploadUrl: url, files: inputs, policy: patience, seed: CloudConvert.seed())
        }
        _ = try await drive(made, files: source.uploads, observers)
    }

    /// Follows a process that another program created, downloads its output and deletes it. As `convert` otherwise.
    ///
    /// - Parameter ticket: The ticket of the process, or its URL.
    public func follow(
        _ ticket: URL, saveTo: URL? = nil, policy: Policy = Policy(),
        onProgress: (@Sendable (ConversionProgress) -> Void)? = nil, checkpoint: (@Sendable (String) throws -> Void)? = nil
    ) async throws -> ConversionResult {
        let observers = Observers(onProgress: onProgress, checkpoint: checkpoint)
        let url = ticket.absoluteString
        let patience = try policy.json(observers, requestTimeout: requestTimeout)
        let outputs = try Outputs(saveTo: saveTo, policy: policy)
        let made = try machine(at: ticket) { api in
            try Machine.follow(api: api, processUrl: url, policy: patience, seed: CloudConvert.seed())
        }
        return try await finish(run(made, outputs, observers))
    }

    /// Deletes a process and its files on the service, by its ticket or its URL, and cancels it if it runs.
    public func delete(_ ticket: URL, policy: Policy = Policy()) async throws {
        let (url, patience) = (ticket.absoluteString, try policy.json(requestTimeout: requestTimeout))
        let made = try machine(at: ticket) { api in
            try Machine.delete(api: api, processUrl: url, policy: patience, seed: CloudConvert.seed())
        }
        _ = try await drive(made)
    }
}
