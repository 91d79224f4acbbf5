import Foundation
import XCTest
@testable import CloudConvertKit

/// Replays tests/vectors/calls and v2/calls through the client, in virtual time: single calls, each of whose requests gets the
/// same answer.
final class CallTests: XCTestCase {
    func testEveryCallIsReplayed() async throws {
        let names = ["call", "url", "job", "answered", "file", "from", "to"]
        try await forEachVector("vectors/calls") { vector, text in
            try await replay(vector, text, vector.members.filter { names.contains($0.key) })
        }
    }

    func testEveryCallOfVersion2IsReplayed() async throws {
        try await forEachVector("vectors/v2/calls") { vector, text in
            try await replay(vector, text, vector["call"].members)
        }
    }

    private func replay(_ vector: JSONValue, _ text: RawJSON, _ wish: [String: JSONValue]) async throws {
        let outcome = vector["outcome"]
        let url = wish["url"]?.text.flatMap { URL(string: $0) }
        let reply = try await made(vector, text) { client in try await client.call(wish, at: url) }
        if let reply = reply {
            try expect(contains(reply.json, outcome), "\(reply.json)")
            try expect((reply.json["next"] == .null) == (outcome["next"] == .null), "the next page")
            try read(reply, wish["call"]?.text ?? "")
        }
        guard CallByFunction.isOffered(wish) else { return }
        let told = try await made(vector, text) { client in try await CallByFunction(client, wish, outcome).make() }
        if let reply = reply, let told = told {
            try expect(try told(reply), "the function gives something else")
        }
    }

    /// What a call gives; nil where it fails as the vector says.
    private func made<Value: Sendable>(
        _ vector: JSONValue, _ text: RawJSON, _ call: @escaping @Sendable (CloudConvert) async throws -> Value
    ) async throws -> Value? {
        var entry = vector.members.filter { ["expect", "answer", "fail"].contains($0.key) }
        entry["repeats"] = true
        let script = Script([.object(entry)], answers: [text["answer"]?["json"]])
        let service = ScriptedService(script, key: vector["key"].text)
        let client = scripted(vector, service)
        let result = await service.use(client) { try await call(client) }
        try service.finished()
        let after = vector["outcome"]["after"].items.compactMap { $0.integer }
        if after.count == 2 {
            let took = Int(service.now() - ScriptedService.start)
            try expect(took >= after[0] && took <= after[1], "it took \(took) ms")
        }
        switch result {
        case .success(let value):
            try expect(vector["outcome"]["error"] == .null, "it worked")
            return value
        case .failure(let error as CloudConvertError):
            try CloudConvertKitTests.check(error, vector["outcome"])
        case .failure(let missing as NotInTheTypes):
            // What cannot be written has to be refused where it can.
            try expect(vector["outcome"]["error"] == "bad_request", "a program cannot write \(missing.what)")
        case .failure(let error):
            throw error
        }
        return nil
    }

    /// The reply is read by the type that the client's function gives, and nothing of what it tells is lost.
    private func read(_ reply: Reply, _ call: String) throws {
        let told = reply.json
        switch call {
        case "list":
            let read: [ListedProcess] = try reply.entries("processes")
            try expect(read.map { $0.id } == told["processes"].items.map { $0["id"].text }, "the processes")
            try expect(read.map { $0.tag } == told["processes"].items.map { $0["tag"].text }, "the tags")
        case "types":
            let read: [ConversionType] = try reply.entries("types")
            try expect(read.map { $0.to } == told["types"].items.map { $0["to"].text }, "the types")
        case "operations":
            let read: [OfferedOperation] = try reply.entries("operations")
            try expect(read.map { $0.engine } == told["operations"].items.map { $0["engine"].text }, "the engines")
        case "tasks":
            let read: [JobTask] = try reply.entries("tasks")
            try expect(read.map { $0.operation } == told["tasks"].items.map { $0["operation"].text }, "the tasks")
        case "webhooks":
            let read: [AccountWebhook] = try reply.entries("webhooks")
            try expect(read.map { $0.url?.absoluteString } == told["webhooks"].items.map { $0["url"].text }, "the webhooks")
        case "me":
            let read: Account = try reply.read()
            try expect(read.id == told["id"].text && read.entry == told["entry"], "the account")
        case "create_webhook":
            let read: AccountWebhook = try reply.read()
            try expect(read.secret == told["secret"].text && read.secret != nil, "the webhook")
        case "task", "retry_task", "cancel_task":
            if told == .object([:]) { return }
            let read: JobTask = try reply.read()
            try expect(read.files.map { $0.name } == told["files"].items.map { $0["name"].text }, "the files")
            try expect(read.code == told["code"].text, "the code of the task")
        case "status", "wait", "start":
            // Where the answer is the output itself, there is no status.
            if told["message"] == .null { return }
            let read: ProcessStatus = try reply.read()
            try expect(read.step == told["step"].text && read.message == told["message"].text, "the status")
            try expect((read.code == nil) == (told["code"] == .null), "the code")
            try expect(read.uploads.map { $0.task } == told["uploads"].items.map { $0["task"].text }, "the uploads")
        case "convert":
            if told["step"] != .null { return }
            let read: CreatedProcess = try reply.read()
            try expect(read.url.absoluteString == told["url"].text, "the URL")
        default:
            break
        }
    }

    /// Whether all that is expected was told. A type is expected as a pair of formats.
    private func contains(_ told: JSONValue, _ expected: JSONValue) -> Bool {
        switch (told, expected) {
        case (.object(let told), .object(let expected)):
            return expected.allSatisfy { $0.key == "after" || contains(told[$0.key] ?? .null, $0.value) }
        case (.array(let told), .array(let expected)):
            return told.count == expected.count && zip(told, expected).allSatisfy { contains($0, $1) }
        case (.object(let told), .array(let pair)):
            return [told["from"], told["to"]] == pair
        case (.int(let told), .double(let expected)):
            return Double(told) == expected
        case (.double(let told), .int(let expected)):
            return told == Double(expected)
        default:
            return told == expected
        }
    }
}
