import CloudConvertKit
import Foundation
import XCTest

/// Replays tests/vectors through the machine, in virtual time: the script is the network. See the README there.
final class VectorTests: XCTestCase {
    func testEveryVectorIsReplayed() throws {
        try replayAll("vectors")
    }

    func testEveryCallbackIsReplayed() throws {
        try replayAll("vectors/callbacks")
    }

    func testEveryVectorOfVersion2IsReplayed() throws {
        try replayAll("vectors/v2")
    }

    private func replayAll(_ name: String) throws {
        try forEachVector(name) { vector, text in
            try Replay(vector, text, restores: false).run()
            // What is saved has neither content nor half-loaded files, so those scripts go another way.
            if vector["resumes"] != .bool(false) {
                try Replay(vector, text, restores: true).run()
            }
        }
    }
}

/// Does something with every file of a folder, which then has to have some.
func forEachVector(_ folder: String, _ body: (JSONValue, RawJSON) throws -> Void) throws {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<5 {
        root.deleteLastPathComponent()
    }
    let folder = root.appendingPathComponent("tests").appendingPathComponent(folder)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") }
    XCTAssertFalse(names.isEmpty, "there are no vectors")
    for name in names.sorted() {
        do {
            let data = try Data(contentsOf: folder.appendingPathComponent(name))
            try body(try JSONDecoder().decode(JSONValue.self, from: data), RawJSON(data))
        } catch {
            XCTFail("\(name): \(error)")
        }
    }
    print("\(names.count) vectors replayed")
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
