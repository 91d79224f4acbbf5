import CloudConvertCore
import CloudConvertKit
import Foundation
import XCTest

/// Replays tests/vectors/calls: single calls, each a request and how its answer is read.
final class CallTests: XCTestCase {
    func testEveryCallIsReplayed() throws {
        try forEachVector("vectors/calls") { vector in
            let api = try Api(base: vector["base"].text, url: nil, key: vector["key"].text, trusted: [])
            let names = ["call", "url", "job", "answered", "file", "from", "to"]
            let wish = vector.members.filter { names.contains($0.key) }
            let call = try Call(api: api, wish: try encoded(.object(wish)), now: 0, seed: 1)
            try check(vector["expect"], try call.request())
            do {
                let reply = try reply(call, try response(vector["answer"]))
                let told = try JSONDecoder().decode(JSONValue.self, from: Data(reply.utf8))
                try expect(contains(told, vector["outcome"]), "\(told)")
            } catch MachineError.Refused(let facts) {
                let outcome = vector["outcome"]
                try expect(facts.code == outcome["error"].text, "\(facts.code): \(facts.message)")
                try expect(facts.message.contains(outcome["message"].text ?? facts.message), facts.message)
            }
        }
    }

    /// What is replied in the end. The same answer again and again ends the retries.
    private func reply(_ call: Call, _ response: Response) throws -> String {
        var now: UInt64 = 0
        while true {
            switch try call.answered(now: now, response: response) {
            case .done(let reply): return reply
            case .again(let wait): now += wait
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
