import CloudConvertCore
import Foundation

/// Conversions whose parts are done by several programs, which hand on a ticket.
extension CloudConvert {
    /// Creates and starts a process that waits for the upload of a file of this name, by a program that has no key.
    public func prepare(
        _ name: String, to format: String, job: JobOptions = JobOptions(), policy: Policy = Policy()
    ) async throws -> Prepared {
        let made = try machine([
            "run": "prepare",
            "job": job.members(["input": .string("upload"), "name": .string(name)], to: format),
            "policy": policy.members(standard: standard),
        ])
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
        let observers = Observers(onProgress: onProgress)
        let made = try machine([
            "run": "upload",
            "url": .string(ticket.absoluteString),
            "files": .array(try source.uploads.map { .object(try $0.members()) }),
            "policy": policy.members(observers, standard: standard),
        ], at: ticket)
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
        let made = try machine([
            "run": "follow",
            "url": .string(ticket.absoluteString),
            "policy": policy.members(observers, standard: standard),
            "save_to": whereTo(saveTo),
        ], at: ticket)
        let outputs = try Outputs(saveTo, made.saveTo(), overwrites: policy.overwrite)
        return try await finish(run(made, outputs, observers))
    }

    /// Deletes a process and its files on the service, by its ticket or its URL, and cancels it if it runs.
    public func delete(_ ticket: URL, policy: Policy = Policy()) async throws {
        let made = try machine([
            "run": "delete",
            "url": .string(ticket.absoluteString),
            "policy": policy.members(standard: standard),
        ], at: ticket)
        _ = try await drive(made)
    }
}
