@testable import CloudConvertKit
import Foundation

/// The script of a vector: which entry answers a request, and what stands in it for the mark of the client.
struct Script {
    /// What stands in scripts for the mark that a client gives the names of its tasks.
    private static let mark = "ck0000000000000000"

    private let entries: [JSONValue]
    /// The texts of their answers.
    private let answers: [RawJSON?]
    private var next = 0
    /// The mark that the client chose.
    private var chosen = Script.mark

    init(_ entries: [JSONValue], answers: [RawJSON?]) {
        self.entries = entries
        self.answers = answers
    }

    /// What comes next.
    private var entry: JSONValue {
        next < entries.count ? entries[next] : .null
    }

    /// What has not come, but for an entry that repeats.
    var left: JSONValue {
        entry["repeats"] == true ? .null : entry
    }

    /// Whether some entry says this of its request.
    func expects(_ member: String) -> Bool {
        entries.contains { $0["expect"][member] != .null }
    }

    /// Whether the user cancels now.
    mutating func takeCancel() -> Bool {
        guard entry["cancel"] == true else { return false }
        next += 1
        return true
    }

    /// The queries by which the callback URL is called now.
    mutating func takeCalls() -> [String] {
        var calls: [String] = []
        while let query = entry["called"].text {
            calls.append(query)
            next += 1
        }
        return calls
    }

    /// How long the client waits now, at least and at most.
    mutating func takeWait() -> ClosedRange<Int>? {
        let bounds = entry["wait"].items.compactMap { $0.integer }
        guard bounds.count == 2 else { return nil }
        next += 1
        return bounds[0]...bounds[1]
    }

    /// The entry for a call, and the text of its answer. One that repeats stays until another call comes.
    mutating func take(_ call: String) throws -> (JSONValue, String) {
        if entry["repeats"] == true {
            if entry["expect"]["call"].text == call { return (entry, answer) }
            next += 1
        }
        let taken = (entry, answer)
        try expect(taken.0["expect"] != .null, "an unexpected \(call)")
        next += 1
        return taken
    }

    private var answer: String { next < answers.count ? answers[next]?.text ?? "" : "" }

    /// A body that was sent, as scripts write it. The first one with a mark tells which it is.
    mutating func unmarked(_ body: String) -> String {
        if body.contains("\"tasks\":"), let found = body.range(of: "-ck[0-9a-z]{16}", options: .regularExpression) {
            chosen = String(body[found].dropFirst())
        }
        return body.replacingOccurrences(of: chosen, with: Script.mark)
    }

    /// An answer as the client has to see it.
    func marked(_ body: String) -> String {
        body.replacingOccurrences(of: Script.mark, with: chosen)
    }
}
