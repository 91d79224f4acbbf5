import CloudConvertCore
import Foundation
import XCTest
@testable import CloudConvertKit

/// Replays tests/vectors/calls and v2/calls in virtual time: single calls, each of whose requests gets the same answer.
final class CallTests: XCTestCase {
    private let start: UInt64 = 1_700_000_000_000

    func testEveryCallIsReplayed() throws {
        let names = ["call", "url", "job", "answered", "file", "from", "to"]
        try forEachVector("vectors/calls") { vector, _ in
            try replay(vector, .object(vector.members.filter { names.contains($0.key) }))
        }
    }

    func testEveryCallOfVersion2IsReplayed() throws {
        try forEachVector("vectors/v2/calls") { vector, _ in
            try replay(vector, vector["call"])
        }
    }

    private func replay(_ vector: JSONValue, _ wish: JSONValue) throws {
        let api = try Api(base: vector["base"].text, url: wish["url"].text, key: vector["key"].text, trusted: [])
        let outcome = vector["outcome"]
        do {
            switch try drive(try Machine.begin(api: api, wish: try encoded(["call": wish]), seed: 1), vector) {
            case .replied(let reply):
                try expect(outcome["error"] == .null, "it worked")
                let told = try Reply(reply)
                try expect(contains(told.json, outcome), "\(told.json)")
                try expect((told.json["next"] == .null) == (outcome["next"] == .null), "the next page")
                try read(told, wish["call"].text ?? "")
            case .failed(let details):
                try CloudConvertKitTests.check(CloudConvertError(details), outcome)
            case .finished:
                throw Mismatch(description: "a call ended as a conversion")
            }
        } catch MachineError.Refused(let details) {
            try CloudConvertKitTests.check(CloudConvertError(details), outcome)
        }
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

    /// Drives a call to its end, and checks when that is.
    private func drive(_ call: Machine, _ vector: JSONValue) throws -> Outcome {
        var now = start
        while true {
            switch call.poll(now: now) {
            case .send(let request):
                try check(vector["expect"], request)
                now += 10
                switch vector["fail"].text {
                case nil: call.answered(now: now, id: request.id, response: try response(vector["answer"], request))
                case "timeout": break
                case "certificate":
                    let why = "the certificate has expired"
                    call.failed(now: now, id: request.id, reason: .permanent(why: why))
                case "unreached": call.failed(now: now, id: request.id, reason: .unreached)
                default: call.failed(now: now, id: request.id, reason: .connection)
                }
            case .settle(let id):
                call.settled(now: now, id: id)
            case .wait(let time), .busy(let time):
                try expect(time > now, "time goes on")
                now = time
            case .done(let outcome):
                let after = vector["outcome"]["after"].items.compactMap { $0.integer }
                if after.count == 2 {
                    let took = Int(now - start)
                    try expect(took >= after[0] && took <= after[1], "it took \(took) ms")
                }
                return outcome
            }
        }
    }

    private func check(_ expected: JSONValue, _ request: Request) throws {
        try expect("\(request.method) \(request.url)" == expected["call"].text, request.url)
        try expect(request.carriesKey == (expected["key"] == .bool(true)), "the key")
        var body = JSONValue.null
        if case .bytes(let bytes)? = request.pieces.first {
            body = try JSONDecoder().decode(JSONValue.self, from: bytes)
        }
        try expect(body == expected["json"], "\(body)")
    }

    /// The answer, with its body where the request wants it.
    private func response(_ answer: JSONValue, _ request: Request) throws -> Response {
        if let url = answer["url"].text {
            // This transport does not follow redirects.
            return Response(status: 303, headers: [Header(name: "Location", value: url)], body: Data(), received: 0)
        }
        let status = UInt16(answer["status"].integer ?? 200)
        let json = answer["json"]
        let body = Data((json == .null ? answer["text"].text ?? "" : try encoded(json)).utf8)
        var headers = answer["headers"].members.map { Header(name: $0.key, value: $0.value.text ?? "") }
        if case .file = request.sink {
            headers.append(Header(name: "Content-Length", value: String(answer["length"].integer ?? body.count)))
        }
        let head = Response(status: status, headers: headers, body: Data(), received: 0)
        guard case .file(let offset) = bodyTarget(sink: request.sink, response: head) else {
            return Response(status: status, headers: headers, body: body, received: 0)
        }
        return Response(status: status, headers: headers, body: Data(), received: offset + UInt64(body.count))
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
