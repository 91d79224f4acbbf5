@testable import CloudConvertKit
import Foundation

/// The call of a vector by the client's function for it. What that gives is compared with what the call was answered with.
struct CallByFunction: Sendable {
    /// Whether a reply is what the function gave.
    typealias Comparison = @Sendable (Reply) throws -> Bool

    private let client: CloudConvert
    private let wish: JSONValue
    private let outcome: JSONValue

    init(_ client: CloudConvert, _ wish: [String: JSONValue], _ outcome: JSONValue) {
        self.client = client
        self.wish = .object(wish)
        self.outcome = outcome
    }

    /// `delete` is a conversion here, which cancels first.
    static func isOffered(_ wish: [String: JSONValue]) -> Bool {
        let wish = JSONValue.object(wish)
        switch wish["call"].text {
        case "delete", "create": return false
        case "start": return wish["job"] != .null && [nil, "ended"].contains(wish["answered"].text)
        default: return true
        }
    }

    private var id: String { wish["id"].text ?? "" }
    /// What is converted, as the other vectors have it.
    private var job: Wish { Wish(vector: ["job": wish["job"]]) }
    private var format: String { wish["job"]["to"].text ?? "" }
    private var include: [String] { wish["include"].text.map { [$0] } ?? wish["include"].items.compactMap { $0.text } }

    private func address() throws -> URL {
        let text = wish["url"].text ?? id
        guard let url = URL(string: text) else { throw NotInTheTypes(what: "an address \(text)") }
        return url
    }

    /// Makes the call.
    func make() async throws -> Comparison {
        switch wish["call"].text {
        case "list":
            let (status, tag) = (wish["status"].text, wish["tag"].text)
            let pages = client.processes(status: status, tag: tag, page: wish["page"].integer, perPage: wish["per_page"].integer)
            return try await first("processes", pages)
        case "tasks":
            let (status, operation) = (wish["status"].text, wish["operation"].text)
            return try await first("tasks", client.tasks(of: wish["id"].text, status: status, operation: operation, include: include))
        case "webhooks":
            return try await first("webhooks", client.webhooks(calling: wish["url"].text.flatMap { URL(string: $0) }))
        case "types":
            let told = try await client.formats(from: wish["from"].text, to: wish["to"].text, include: include)
            return { try $0.entries("types") == told }
        case "operations":
            let told = try await client.operations(
                wish["operation"].text, engine: wish["engine"].text, include: include, alternatives: wish["alternatives"] == true
            )
            return { try $0.entries("operations") == told }
        case "me":
            let told = try await client.me()
            return { try $0.read() == told }
        case "status", "wait":
            let told = try await client.status(try address(), wait: wish["call"] == "wait")
            return { try $0.read() == told }
        case "convert":
            return try await launch()
        case "start":
            let (source, options, isWaited) = (try job.source(), try job.options(), wish["answered"] == "ended")
            let told = try await client.start(try address(), source, to: format, wait: isWaited, job: options)
            return { try $0.read() == told }
        case "download":
            return try await download()
        default:
            return try await ofTasks()
        }
    }

    private func ofTasks() async throws -> Comparison {
        switch wish["call"].text {
        case "task":
            let told = try await client.task(id, wait: wish["wait"] == true, include: include)
            return { try $0.read() == told }
        case "retry_task":
            let told = try await client.retryTask(id)
            return { try $0.read() == told }
        case "cancel_task":
            guard let told = try await client.cancelTask(id) else { return { $0.json == .object([:]) } }
            return { try $0.read() == told }
        case "delete_task":
            try await client.deleteTask(id)
        case "create_webhook":
            let events = wish["events"].items.compactMap { $0.text }
            let told = try await client.createWebhook(calling: try address(), events: events)
            return { try $0.read() == told }
        case "delete_webhook":
            try await client.deleteWebhook(id)
        default:
            throw Mismatch(description: "there is no function for \(wish)")
        }
        return { $0.json == .object([:]) }
    }

    private func launch() async throws -> Comparison {
        let (source, options) = (try job.source(), try job.options())
        guard let answered = wish["answered"].text.flatMap({ Answered(rawValue: $0) }) else {
            let told = try await client.launch(source, to: format, job: options)
            return { try $0.read() == told }
        }
        let told = try await client.launch(source, to: format, job: options, answered: answered)
        return { try $0.read() == told }
    }

    private func download() async throws -> Comparison {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("download-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try await client.download(
            try address(), saveTo: file, file: wish["file"].text, name: wish["name"].text, inline: wish["answered"] == "inline"
        )
        let isThere = FileManager.default.fileExists(atPath: file.path)
        return { _ in isThere }
    }

    /// The entries of the first page. Where it is the last one, no further one is asked for.
    private func first<Entry: Decodable & Equatable & Sendable>(_ name: String, _ pages: Pages<Entry>) async throws -> Comparison {
        let count = outcome["next"] == .null ? Int.max : outcome[name].items.count
        var told: [Entry] = []
        for try await entry in pages {
            told.append(entry)
            if told.count == count { break }
        }
        let entries = told
        return { try $0.entries(name) == entries }
    }
}
