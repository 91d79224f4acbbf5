import CloudConvertCore
import CloudConvertKit
import Foundation
import XCTest

/// Replays tests/vectors/calls in virtual time: single calls, each of whose requests gets the same answer.
final class CallTests: XCTestCase {
    private let start: UInt64 = 1_700_000_000_000

    func testEveryCallIsReplayed() throws {
        try forEachVector("vectors/calls") { vector in
            let api = try Api(base: vector["base"].text, url: vector["url"].text, key: vector["key"].text, trusted: [])
            let names = ["call", "url", "job", "answered", "file", "from", "to"]
            let wish = try encoded(.object(vector.members.filter { names.contains($0.key) }))
            let outcome = vector["outcome"]
            do {
                switch try drive(try Machine.call(api: api, wish: wish, patience: nil, seed: 1), vector) {
                case .replied(let reply):
                    let told = try JSONDecoder().decode(JSONValue.self, from: Data(reply.utf8))
                    try expect(contains(told, outcome), "\(told)")
                case .failed(let details):
                    try check(outcome, details)
                case .finished:
                    throw Mismatch(description: "a call ended as a conversion")
                }
            } catch MachineError.Refused(let details) {
                try check(outcome, details)
            }
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
                case nil: call.answered(now: now, id: request.id, response: try response(vector["answer"]))
                case "timeout": break
                case "certificate":
                    let why = "the certificate has expired"
                    call.failed(now: now, id: request.id, reason: .permanent(why: why))
                default: call.failed(now: now, id: request.id, reason: .connection)
                }
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

    private func check(_ outcome: JSONValue, _ details: ErrorDetails) throws {
        try expect(details.code == outcome["error"].text, "\(details.code): \(details.message)")
        try expect(details.message.contains(outcome["message"].text ?? details.message), details.message)
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

    private func response(_ answer: JSONValue) throws -> Response {
        let json = answer["json"]
        let body = json == .null ? answer["text"].text ?? "" : try encoded(json)
        let headers = answer["headers"].members.map { Header(name: $0.key, value: $0.value.text ?? "") }
        return Response(
            status: UInt16(answer["status"].integer ?? 200), headers: headers, body: Data(body.utf8), received: 0
        )
    }

    /// Whether all that is expected was told. A type is expected as a pair of formats.
    private func contains(_ told: JSONValue, _ expected: JSONValue) -> Bool {
        switch (told, expected) {
        case (.object(let told), .object(let expected)):
            return expected.allSatisfy { contains(told[$0.key] ?? .null, $0.value) }
        case (.array(let told), .array(let expected)):
            return told.count == expected.count && zip(told, expected).allSatisfy { contains($0, $1) }
        case (.object(let told), .array(let pair)):
            return [told["from"], told["to"]] == pair
        default:
            return told == expected
        }
    }
}
