import CloudConvertCore
import Foundation

/// Single calls of the API. A call is repeated only where that does no harm, and ends in time, also where the service never
/// answers.
///
/// Calls that can wait for the end do so with version 1 of the API, and with version 2 at CloudConvert itself. At another base
/// URL of version 2 they throw `badRequest` at once, because nothing there answers in the end.
extension CloudConvert {
    /// The processes or jobs of the key that the service still knows.
    ///
    /// - Parameters:
    ///   - status: Only those of this status, such as `finished`. Version 2 of the API.
    ///   - tag: Only those with this tag. Version 2 of the API.
    ///   - page: The page to begin with, from 1. Version 2 of the API.
    ///   - perPage: How many are asked for at once. Version 2 of the API.
    public func processes(
        status: String? = nil, tag: String? = nil, page: Int? = nil, perPage: Int? = nil
    ) -> Pages<ListedProcess> {
        pages("processes", [
            "call": "list", "status": JSONValue(status), "tag": JSONValue(tag), "page": JSONValue(page),
            "per_page": JSONValue(perPage),
        ])
    }

    /// The pairs of formats that the service converts, of one input or output format if wanted. Needs no key.
    ///
    /// - Parameters:
    ///   - include: What else is told of each, such as `options`. Version 2 of the API, as all that follows.
    ///   - alternatives: Whether all engines are told, and not only the default.
    public func formats(
        from: String? = nil, to: String? = nil, engine: String? = nil, engineVersion: String? = nil,
        include: [String] = [], alternatives: Bool = false
    ) async throws -> [ConversionType] {
        let filters = catalogue(from, to, engine, engineVersion, include, alternatives)
        return try await call(["call": "types"].merging(filters) { own, _ in own }).entries("types")
    }

    /// What the service does with files. Parameters as of `formats`. Version 2 of the API. Needs no key.
    public func operations(
        _ operation: String? = nil, from: String? = nil, to: String? = nil, engine: String? = nil,
        engineVersion: String? = nil, include: [String] = [], alternatives: Bool = false
    ) async throws -> [OfferedOperation] {
        let filters = catalogue(from, to, engine, engineVersion, include, alternatives)
        let wish: [String: JSONValue] = ["call": "operations", "operation": JSONValue(operation)]
        return try await call(wish.merging(filters) { own, _ in own }).entries("operations")
    }

    /// The account that the key belongs to. Version 2 of the API.
    public func me() async throws -> Account {
        try await call(["call": "me"]).read()
    }

    /// Asks how far a process or a job is. With version 1 it needs no key.
    ///
    /// - Parameter wait: Whether the answer comes when the conversion has ended.
    public func status(_ processURL: URL, wait: Bool = false) async throws -> ProcessStatus {
        try await call(["call": wait ? "wait" : "status"], at: processURL).read()
    }

    /// Creates and starts in one call what needs no upload, for `follow`. It may have been done where the answer is lost, so it
    /// is never repeated.
    public func launch(
        _ source: Source, to format: String? = nil, job: JobOptions = JobOptions()
    ) async throws -> CreatedProcess {
        try await call(["call": "convert", "job": job.members(try source.members(), to: format)]).read()
    }

    /// The same, but the answer comes when the conversion has ended.
    public func launch(
        _ source: Source, to format: String? = nil, job: JobOptions = JobOptions(), answered: Answered
    ) async throws -> ProcessStatus {
        let wish = job.members(try source.members(), to: format)
        return try await call(["call": "convert", "job": wish, "answered": .string(answered.rawValue)]).read()
    }

    /// Creates a process, which serves one conversion. Version 1 of the API.
    public func create(
        _ source: Source, to format: String, job: JobOptions = JobOptions()
    ) async throws -> CreatedProcess {
        try await call(["call": "create", "job": job.members(try source.members(), to: format)]).read()
    }

    /// Starts a process that was created. With an upload as its source it then waits for that: see `ProcessStatus.uploadURL`.
    /// Version 1 of the API.
    ///
    /// - Parameter wait: Whether the answer comes when the conversion has ended.
    public func start(
        _ processURL: URL, _ source: Source, to format: String, wait: Bool = false, job: JobOptions = JobOptions()
    ) async throws -> ProcessStatus {
        let wish = job.members(try source.members(), to: format)
        return try await call(["call": "start", "job": wish, "answered": wait ? "ended" : .null], at: processURL).read()
    }

    /// Downloads an output from `ProcessStatus.url`. `follow` does that too, and all that has to be done before and afterwards.
    ///
    /// - Parameters:
    ///   - saveTo: A file, which appears when it is whole, or a folder.
    ///   - file: Which one of several outputs, by its name. Version 1 of the API.
    ///   - name: What it is called in a folder. Nil for `file`, or the name in its URL, or `output`.
    ///   - inline: Whether it is asked for as what is shown instead of saved. Version 1 of the API.
    ///   - overwrite: Whether a file of that name in a folder is replaced.
    public func download(
        _ outputURL: URL, saveTo: URL, file: String? = nil, name: String? = nil, inline: Bool = false,
        overwrite: Bool = false
    ) async throws {
        let wish: [String: JSONValue] = [
            "call": "download", "file": JSONValue(file), "name": JSONValue(name),
            "answered": inline ? "inline" : .null,
        ]
        _ = try await call(wish, at: outputURL, saveTo: saveTo, overwrite: overwrite)
    }

    private func catalogue(
        _ from: String?, _ to: String?, _ engine: String?, _ version: String?, _ include: [String], _ alternatives: Bool
    ) -> [String: JSONValue] {
        [
            "from": JSONValue(from), "to": JSONValue(to), "engine": JSONValue(engine),
            "engine_version": JSONValue(version), "include": JSONValue(include),
            "alternatives": alternatives ? true : .null,
        ]
    }
}

/// Calls of version 2 of the API about tasks and webhooks.
extension CloudConvert {
    /// The tasks of a job by its ID, or of all jobs of the key.
    ///
    /// - Parameters:
    ///   - status: Only those of this status, such as `error`.
    ///   - operation: Only those of this operation, such as `convert`.
    ///   - include: What else is told of each, such as `payload`.
    ///   - page: The page to begin with, from 1.
    ///   - perPage: How many are asked for at once.
    public func tasks(
        of job: String? = nil, status: String? = nil, operation: String? = nil, include: [String] = [],
        page: Int? = nil, perPage: Int? = nil
    ) -> Pages<JobTask> {
        pages("tasks", [
            "call": "tasks", "id": JSONValue(job), "status": JSONValue(status), "operation": JSONValue(operation),
            "include": JSONValue(include), "page": JSONValue(page), "per_page": JSONValue(perPage),
        ])
    }

    /// A task.
    ///
    /// - Parameters:
    ///   - wait: Whether the answer comes when the task has ended.
    ///   - include: What else is told, such as `payload`.
    public func task(_ id: String, wait: Bool = false, include: [String] = []) async throws -> JobTask {
        try await call([
            "call": "task", "id": .string(id), "wait": wait ? true : .null, "include": JSONValue(include),
        ]).read()
    }

    /// Runs a task once more, as a new one.
    public func retryTask(_ id: String) async throws -> JobTask {
        try await call(["call": "retry_task", "id": .string(id)]).read()
    }

    /// Stops a task. Nil where it has ended already.
    @discardableResult
    public func cancelTask(_ id: String) async throws -> JobTask? {
        let reply = try await call(["call": "cancel_task", "id": .string(id)])
        return reply.json == .object([:]) ? nil : try reply.read()
    }

    /// Deletes a task with its files.
    public func deleteTask(_ id: String) async throws {
        _ = try await call(["call": "delete_task", "id": .string(id)])
    }

    /// The webhooks of the account, or those that call this URL. The other parameters are as of `tasks`.
    public func webhooks(
        calling url: URL? = nil, page: Int? = nil, perPage: Int? = nil
    ) -> Pages<AccountWebhook> {
        pages("webhooks", [
            "call": "webhooks", "url": JSONValue(url?.absoluteString), "page": JSONValue(page),
            "per_page": JSONValue(perPage),
        ])
    }

    /// Makes the service call a URL. `Webhook` checks what calls.
    ///
    /// - Parameter events: `job.created`, `job.finished`, `job.failed`.
    public func createWebhook(calling url: URL, events: [String]) async throws -> AccountWebhook {
        try await call([
            "call": "create_webhook", "url": .string(url.absoluteString), "events": JSONValue(events),
        ]).read()
    }

    /// The service calls that URL no more.
    public func deleteWebhook(_ id: String) async throws {
        _ = try await call(["call": "delete_webhook", "id": .string(id)])
    }
}
