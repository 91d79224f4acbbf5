import CloudConvertCore
import CloudConvertKit
import Foundation
import XCTest

/// A host whose network is the script, and whose clock is a number.
final class Replay {
    private let vector: JSONValue
    private let restores: Bool
    private let script: [JSONValue]
    private var next = 0
    private var now: UInt64 = 1_700_000_000_000
    private var files: [String: Data] = [:]

    init(_ vector: JSONValue, restores: Bool) {
        self.vector = vector
        self.restores = restores
        script = vector["script"].items
    }

    func run() throws {
        let api = try Api(base: vector["base"].text, url: vector["url"].text, key: vector["key"].text, trusted: [])
        do {
            try check(try drive(try machine(api), api))
        } catch MachineError.Refused(let details) {
            try check(details)
        }
        try expect(next == script.count, "the script has not ended: \(script[next...])")
    }

    private var entry: JSONValue {
        next < script.count ? script[next] : .null
    }

    private var contents: [Data] {
        let content = vector["content"]
        let texts = content.text.map { [$0] } ?? content.items.compactMap { $0.text }
        return texts.map { Data($0.utf8) }
    }

    private func machine(_ api: Api) throws -> Machine {
        let policy = vector["policy"] == .null ? nil : try encoded(vector["policy"])
        let job = try encoded(sized())
        let url = vector["url"].text ?? ""
        switch vector["run"].text {
        case "convert":
            return try Machine.convert(api: api, job: job, policy: policy, seed: 1)
        case "prepare":
            return try Machine.prepare(api: api, job: job, policy: policy, seed: 1)
        case "upload":
            let name = vector["job"]["name"].text ?? ""
            let file = InputFile(name: name, size: UInt64(contents[0].count))
            return try Machine.upload(api: api, uploadUrl: url, files: [file], policy: policy, seed: 1)
        case "follow":
            return try Machine.follow(api: api, processUrl: url, policy: policy, seed: 1)
        case "delete":
            return try Machine.delete(api: api, processUrl: url, policy: policy, seed: 1)
        default:
            throw Mismatch(description: "there is no such run")
        }
    }

    /// The job, with the sizes of its uploads.
    private func sized() -> JSONValue {
        guard case .object(var job) = vector["job"] else { return .object([:]) }
        let sizes = contents.map { JSONValue.int($0.count) }
        if case .array(let entries)? = job["files"] {
            job["files"] = .array(entries.enumerated().map { index, entry in
                guard case .object(var file) = entry, index < sizes.count else { return entry }
                file["size"] = sizes[index]
                return .object(file)
            })
        } else if job["input"]?.text == "upload", let size = sizes.first {
            job["size"] = size
        }
        return .object(job)
    }

    private func drive(_ begun: Machine, _ api: Api) throws -> Outcome {
        var machine = begun
        while true {
            if entry["cancel"] == .bool(true) {
                next += 1
                machine.cancel(now: now)
            }
            switch machine.poll(now: now) {
            case .done(let outcome):
                return outcome
            case .busy(let deadline):
                now = deadline
            case .wait(let until):
                if try !callBack(machine) { try pause(until) }
            case .send(let request):
                try answer(machine, request)
            }
            if restores {
                let saved = try XCTUnwrap(machine.save())
                if let key = vector["key"].text {
                    try expect(!saved.contains(key), "the key is saved")
                }
                machine = try Machine.restore(api: api, saved: saved)
            }
        }
    }

    /// Whether the script had callbacks for this wait.
    private func callBack(_ machine: Machine) throws -> Bool {
        var called = false
        while let query = entry["called"].text {
            next += 1
            try machine.calledBack(now: now, called: query)
            called = true
        }
        return called
    }

    private func pause(_ until: UInt64) throws {
        let bounds = entry["wait"].items
        if bounds.count == 2 {
            next += 1
            let wait = Int(until - now)
            try expect(wait >= bounds[0].integer ?? 0 && wait <= bounds[1].integer ?? 0, "waits \(wait) ms, not \(bounds)")
        }
        now = until
    }

    private func answer(_ machine: Machine, _ request: Request) throws {
        let entry = self.entry
        try expect(entry["expect"] != .null, "an unexpected \(request.method) \(request.url)")
        next += 1
        try check(entry["expect"], request)
        let answer = entry["answer"]
        now += UInt64(answer["takes"].integer ?? 10)
        if let fail = entry["fail"].text {
            if fail == "certificate" {
                let why = "the certificate has expired"
                machine.failed(now: now, id: request.id, reason: .permanent(why: why))
            } else if fail != "timeout" {
                machine.failed(now: now, id: request.id, reason: .connection)
            }
            return
        }
        let response = try respond(answer, request)
        if case .file = request.sink {
            let head = Response(status: response.status, headers: response.headers, body: Data(), received: 0)
            machine.begun(now: now, id: request.id, response: head)
        }
        if response.received > 0 {
            machine.received(now: now, id: request.id, bytes: response.received)
        }
        if answer["cut"] == .bool(true) {
            machine.failed(now: now, id: request.id, reason: .connection)
        } else {
            machine.answered(now: now, id: request.id, response: response)
        }
    }

    /// The answer, with its body where the request wants it.
    private func respond(_ answer: JSONValue, _ request: Request) throws -> Response {
        let status = UInt16(answer["status"].integer ?? 200)
        let json = answer["json"]
        let body = Data((json == .null ? answer["text"].text ?? "" : try encoded(json)).utf8)
        var headers = answer["headers"].members.map { Header(name: $0.key, value: $0.value.text ?? "") }
        if case .file = request.sink {
            headers.append(Header(name: "Content-Length", value: String(answer["length"].integer ?? body.count)))
        }
        let head = Response(status: status, headers: headers, body: Data(), received: 0)
        guard case .file(let offset) = bodyTarget(sink: request.sink, response: head),
            case .file(let name, _, _) = request.sink
        else {
            return Response(status: status, headers: headers, body: body, received: 0)
        }
        var file = Data((files[name] ?? Data()).prefix(Int(offset)))
        file.append(body)
        files[name] = file
        return Response(status: status, headers: headers, body: Data(), received: UInt64(file.count))
    }

    private func check(_ expected: JSONValue, _ request: Request) throws {
        let call = "\(request.method) \(request.url)"
        try expect(call == expected["call"].text, "\(call) is not \(expected["call"])")
        let carries = expected["key"] == .bool(true)
        let headers = Dictionary(request.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        try expect(request.carriesKey == carries, "the key and \(call)")
        let bearer = carries ? "Bearer \(vector["key"].text ?? "")" : nil
        try expect(headers["authorization"] == bearer, "the authorization of \(call)")
        for (name, value) in expected["headers"].members {
            try expect(headers[name] == value.text, "\(name) of \(call)")
        }
        var body = Data()
        var streams = false
        for piece in request.pieces {
            switch piece {
            case .bytes(let bytes):
                body.append(bytes)
            case .file(let index):
                body.append(contents[Int(index)])
                streams = true
            }
        }
        try expect(request.bodySize == UInt64(body.count), "the length of \(call)")
        let names = expected["file"].text.map { [$0] } ?? expected["files"].items.compactMap { $0.text }
        try expect(streams == !names.isEmpty, "the file of \(call)")
        if streams {
            let text = String(decoding: body, as: UTF8.self)
            let framed = names.allSatisfy { text.contains("filename=\"\($0)\"\r\n") }
            try expect(framed == (request.method == "POST"), "the form of \(call)")
        } else if expected["json"] != .null {
            let sent = try JSONDecoder().decode(JSONValue.self, from: body)
            try expect(sent == expected["json"], "\(call) sends \(sent)")
        } else {
            try expect(body.isEmpty, "a body in \(call)")
        }
    }

    private func check(_ outcome: Outcome) throws {
        switch outcome {
        case .failed(let details):
            try check(details)
        case .replied(let reply):
            try expect(false, "a conversion was answered as a call: \(reply)")
        case .finished(let output):
            let expected = vector["outcome"]
            try expect(expected["error"] == .null, "it worked")
            let wanted = expected["files"].members
            try expect(output.files.count == wanted.count, "\(output.files.count) files")
            for file in output.files {
                let content = files[file.name] ?? Data()
                try expect(wanted[file.name]?.text == String(decoding: content, as: UTF8.self), "content of \(file.name)")
                try expect(file.size == UInt64(content.count), "size of \(file.name)")
            }
            try check(expected, "processId", output.processId)
            try check(expected, "processUrl", output.processUrl)
            try check(expected, "uploadUrl", output.uploadUrl)
            try check(expected, "url", output.url)
            if expected["info"] != .null {
                let info = try JSONDecoder().decode(JSONValue.self, from: Data((output.info ?? "null").utf8))
                try expect(info == expected["info"], "info is \(info)")
            }
        }
    }

    private func check(_ details: ErrorDetails) throws {
        let expected = vector["outcome"]
        try expect(details.code == expected["error"].text, "\(details.code): \(details.message)")
        try expect(details.message.contains(expected["message"].text ?? "") || expected["message"] == .null, details.message)
        try check(expected, "processId", details.processId)
        if let status = expected["status"].integer {
            try expect(details.status == UInt16(status), "status \(String(describing: details.status))")
        }
        if let wait = expected["retryAfter"].integer {
            try expect(details.retryAfter == UInt64(wait), "retry after \(String(describing: details.retryAfter))")
        }
    }

    private func check(_ expected: JSONValue, _ name: String, _ value: String?) throws {
        guard let text = expected[name].text else { return }
        try expect(text == value, "\(name) is \(value ?? "nil")")
    }
}
