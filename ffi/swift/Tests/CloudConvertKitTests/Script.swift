import CloudConvertCore
import CloudConvertKit
import Foundation

/// The script of a vector: which entry answers a request, and what stands in it for the mark of the client.
struct Script {
    /// What stands in scripts for the mark that a client gives the names of its tasks.
    private static let mark = "ck0000000000000000"

    private let entries: [JSONValue]
    /// The texts of their answers.
    private let answers: [RawJSON?]
    private let restores: Bool
    private var next = 0
    /// The mark that the client chose.
    private var chosen = Script.mark
    /// The job as it was told last, for another process, which asks for it.
    private var job: String?
    /// Whether that process has asked how far its job is, and has not gone on yet.
    private(set) var isAsked = false

    init(_ vector: JSONValue, _ text: RawJSON, restores: Bool) {
        entries = vector["script"].items
        answers = text["script"]?.items.map { $0["answer"]?["json"] } ?? []
        self.restores = restores
    }

    /// What comes next.
    var entry: JSONValue {
        next < entries.count ? entries[next] : .null
    }

    /// What has not come, but for an entry that repeats.
    var left: JSONValue {
        entry["repeats"] == true ? .null : entry
    }

    mutating func skip() {
        next += 1
    }

    /// The entry for a call, and the text of its answer. A process that asks how far things are is told what was told last.
    mutating func take(_ call: String) throws -> (JSONValue, String) {
        let isIt = entry["expect"]["call"].text == call
        if entry["repeats"] == true {
            isAsked = isIt
            if isIt { return (entry, answer?.text ?? "") }
            next += 1
        } else if !isIt && restores && call.hasPrefix("GET ") && call.contains("/v2/jobs") {
            isAsked = true
            guard let job = job else { throw Mismatch(description: "there is no job yet") }
            return (["answer": ["json": true]], call.contains("?") ? #"{"data":[]}"# : #"{"data":\#(job)}"#)
        }
        isAsked = false
        let (taken, json) = (entry, answer)
        try expect(taken["expect"] != .null, "an unexpected \(call)")
        next += 1
        let told = taken["answer"]["json"]["data"]
        func isJob(_ value: JSONValue) -> Bool { value["id"].text != nil && value["links"] != .null }
        if isJob(told) {
            job = json?["data"]?.text
        } else if let index = told.items.firstIndex(where: isJob) {
            job = json?["data"]?.items[index].text
        }
        return (taken, json?.text ?? "")
    }

    private var answer: RawJSON? { next < answers.count ? answers[next] : nil }

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
