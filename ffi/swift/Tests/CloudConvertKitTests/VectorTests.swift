import Foundation
import XCTest
@testable import CloudConvertKit

/// Replays tests/vectors through the client, in virtual time: the script is the network. See the README there.
final class VectorTests: XCTestCase {
    func testEveryVectorIsReplayed() async throws {
        try await replayAll("vectors")
    }

    func testEveryCallbackIsReplayed() async throws {
        try await replayAll("vectors/callbacks")
    }

    func testEveryVectorOfVersion2IsReplayed() async throws {
        try await replayAll("vectors/v2")
    }

    func testAReplayFailsForWhatIsWrong() async throws {
        let file = vectors("vectors/v2").appendingPathComponent("upload.json")
        let right = try String(contentsOf: file, encoding: .utf8)
        for (from, to) in [
            ("POST https://api.example.com/v2/jobs", "POST https://api.example.com/v2/job"),
            (#""key": true"#, #""key": false"#),
            (#""key": true"#, #""saved": false, "key": true"#),
            (#""archive_multiple_files": true"#, #""archive_multiple_files": false"#),
            ("\"acl\",\n", "\"acl2\",\n"),
            (#""file": "photo.png""#, #""file": "other.png""#),
            ("DELETE https", "PUT https"),
            (#""script": ["#, #""script": [{"wait": [1, 1]},"#),
            ("\"JPEG..\"\n", "\"JPG\"\n"),
            (#""outcome": {"#, #""outcome": {"error": "network","#),
        ] {
            let found = try XCTUnwrap(right.range(of: from), from)
            let wrong = Data(right.replacingCharacters(in: found, with: to).utf8)
            let vector = try JSONDecoder().decode(JSONValue.self, from: wrong)
            do {
                try await Replay(vector, RawJSON(wrong)).run()
                XCTFail("\(to) is right too")
            } catch {}
        }
    }

    private func replayAll(_ name: String) async throws {
        try await forEachVector(name) { vector, text in
            try await Replay(vector, text).run()
        }
    }
}

/// A folder of the kit's tests.
func vectors(_ folder: String) -> URL {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<5 {
        root.deleteLastPathComponent()
    }
    return root.appendingPathComponent("tests").appendingPathComponent(folder)
}

/// Does something with every file of a folder, which then has to have some.
func forEachVector(_ folder: String, _ body: (JSONValue, RawJSON) async throws -> Void) async throws {
    let folder = vectors(folder)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") }
    XCTAssertFalse(names.isEmpty, "there are no vectors")
    for name in names.sorted() {
        do {
            let data = try Data(contentsOf: folder.appendingPathComponent(name))
            try await body(try JSONDecoder().decode(JSONValue.self, from: data), RawJSON(data))
        } catch {
            XCTFail("\(name): \(error)")
        }
    }
    print("\(names.count) vectors replayed")
}

/// Whether an error is the one that a vector tells.
func check(_ error: CloudConvertError, _ expected: JSONValue) throws {
    try expect(error.code.rawValue == expected["error"].text, "\(error.code.rawValue): \(error.message)")
    try expect(error.message.contains(expected["message"].text ?? "") || expected["message"] == .null, error.message)
    if let status = expected["status"].integer {
        try expect(error.status == status, "status \(String(describing: error.status))")
    }
    if case .bool(let isRetryable) = expected["isRetryable"] {
        try expect(error.isRetryable == isRetryable, "whether it may work later")
    }
    if let wait = expected["retryAfter"].integer {
        try expect(error.retryAfter == TimeInterval(wait) / 1000, "retry after \(String(describing: error.retryAfter))")
    }
}

/// What a vector expects and does not get.
struct Mismatch: Error, CustomStringConvertible {
    let description: String
}

func expect(_ condition: Bool, _ what: @autoclosure () -> String) throws {
    if !condition { throw Mismatch(description: what()) }
}

func encoded(_ value: JSONValue) throws -> String {
    String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
}

extension JSONValue {
    subscript(name: String) -> JSONValue {
        members[name] ?? .null
    }

    var members: [String: JSONValue] {
        if case .object(let members) = self { return members }
        return [:]
    }

    var items: [JSONValue] {
        if case .array(let items) = self { return items }
        return []
    }

    var text: String? {
        if case .string(let text) = self { return text }
        return nil
    }

    var integer: Int? {
        if case .int(let number) = self { return number }
        return nil
    }
}
