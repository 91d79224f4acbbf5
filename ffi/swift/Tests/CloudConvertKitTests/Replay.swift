import CloudConvertCore
import Foundation
import XCTest
@testable import CloudConvertKit

/// A host whose network is the script, and whose clock is a number. The wish is made of the types that programs use.
final class Replay {
    private let vector: JSONValue
    private let wish: Wish
    private let restores: Bool
    private var script: Script
    private var now: UInt64 = 1_700_000_000_000
    private var files: [String: Data] = [:]

    init(_ vector: JSONValue, _ text: RawJSON, restores: Bool) {
        self.vector = vector
        self.restores = restores
        wish = Wish(vector: vector)
        script = Script(vector, text, restores: restores)
    }

    func run() throws {
        let url = vector["url"].text.flatMap { URL(string: $0) }
        let base = vector["base"].text.flatMap { URL(string: $0) }
        let client = CloudConvert(apiKey: vector["key"].text, baseURL: base)
        do {
            let api = try refusing { try client.api(at: url) }
            try check(try drive(try machine(client, api), api))
        } catch let error as CloudConvertError {
            try check(error)
        } catch let missing as NotInTheTypes {
            // What cannot be written has to be refused where it can.
            try expect(vector["outcome"]["error"] == "bad_request", "a program cannot write \(missing.what)")
        }
        try expect(script.left == .null, "the script has not ended: \(script.left)")
    }

    private func machine(_ client: CloudConvert, _ api: Api) throws -> Machine {
        let (policy, isObserved) = try wish.policy()
        var observers = Observers()
        if isObserved {
            observers.onProgress = { _ in }
        }
        var members: [String: JSONValue] = ["run": vector["run"], "policy": policy.members(observers, requestTimeout: nil)]
        var saveTo: URL?
        if let name = vector["saveTo"].text {
            // What the output is to become is there already.
            let file = FileManager.default.temporaryDirectory.appendingPathComponent(name)
            try Data("before".utf8).write(to: file)
            (saveTo, members["save_to"]) = (file, whereTo(file))
        }
        members["url"] = vector["url"]
        switch vector["run"].text {
        case "convert":
            let (request, _) = try wish.request(saveTo: saveTo ?? FileManager.default.temporaryDirectory)
            return try client.run(request, observers, seed: 1).machine
        case "prepare":
            members["job"] = try wish.options().members(try wish.source().members(), to: vector["job"]["to"].text)
        case "upload":
            members["files"] = .array([.object(try wish.file.members())])
        case "follow", "delete":
            break
        default:
            throw Mismatch(description: "there is no such run")
        }
        let text = try jsonText(members)
        return try refusing { try Machine.begin(api: api, wish: text, seed: 1) }
    }

    private func drive(_ begun: Machine, _ api: Api) throws -> Outcome {
        var machine = begun
        machine.keepStates()
        while true {
            if script.entry["cancel"] == .bool(true) {
                script.skip()
                machine.cancel(now: now)
            }
            switch machine.poll(now: now) {
            case .done(let outcome):
                return outcome
            case .busy(let deadline):
                now = deadline
            case .wait(let until):
                if try !callBack(machine, api) { try pause(until) }
            case .send(let request):
                try answer(machine, request)
            case .settle(let id):
                machine.settled(now: now, id: id)
            }
            // Another process asks first how far its job is, and then goes on. What has no name yet is lost with its process.
            let holds = !machine.verified().isEmpty && machine.progress()?.stage == "download"
            if restores && !script.isAsked && !holds {
                let saved = try XCTUnwrap(machine.save())
                if let key = vector["key"].text {
                    try expect(!saved.contains(key), "the key is saved")
                }
                machine = try Machine.begin(api: api, wish: try jsonText(["saved": .string(saved)]), seed: 1)
            }
        }
    }

    /// Whether the script had callbacks for this wait.
    private func callBack(_ machine: Machine, _ api: Api) throws -> Bool {
        var called = false
        while let query = script.entry["called"].text {
            script.skip()
            machine.calledBack(now: now, callback: try api.callback(called: query))
            called = true
        }
        return called
    }

    private func pause(_ until: UInt64) throws {
        let bounds = script.entry["wait"].items
        if bounds.count == 2 {
            script.skip()
            let wait = Int(until - now)
            try expect(wait >= bounds[0].integer ?? 0 && wait <= bounds[1].integer ?? 0, "waits \(wait) ms, not \(bounds)")
        }
        now = until
    }

    private func answer(_ machine: Machine, _ request: Request) throws {
        let isSaved = request.checkpoint != nil
        let (entry, json) = try script.take("\(request.method) \(request.url)")
        if case .bool(let expected) = entry["expect"]["saved"], !restores {
            try expect(isSaved == expected, "whether it is saved before \(request.url)")
        }
        if entry["expect"] != .null { try check(entry["expect"], request) }
        let answer = entry["answer"]
        now += UInt64(answer["takes"].integer ?? 10)
        if let fail = entry["fail"].text {
            if fail == "certificate" {
                let why = "the certificate has expired"
                machine.failed(now: now, id: request.id, reason: .permanent(why: why))
            } else if fail != "timeout" {
                machine.failed(now: now, id: request.id, reason: fail == "unreached" ? .unreached : .connection)
            }
            return
        }
        let response = try respond(answer, json, request)
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
    private func respond(_ answer: JSONValue, _ json: String, _ request: Request) throws -> Response {
        if let url = answer["url"].text {
            // This transport does not follow redirects.
            return Response(status: 303, headers: [Header(name: "Location", value: url)], body: Data(), received: 0)
        }
        let status = UInt16(answer["status"].integer ?? 200)
        let body = Data((answer["json"] == .null ? answer["text"].text ?? "" : script.marked(json)).utf8)
        var headers = answer["headers"].members.map { Header(name: $0.key, value: $0.value.text ?? "") }
        if case .file = request.sink, answer["length"].text != "untold" {
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
                body.append(wish.contents[Int(index)])
                streams = true
            }
        }
        try expect(request.bodySize == UInt64(body.count), "the length of \(call)")
        let names = expected["file"].text.map { [$0] } ?? expected["files"].items.compactMap { $0.text }
        try expect(streams == !names.isEmpty, "the file of \(call)")
        let text = script.unmarked(String(decoding: body, as: UTF8.self))
        if streams {
            // Names in forms are written as in JSON.
            let framed = try names.allSatisfy { text.contains("filename=\(try encoded(.string($0)))\r\n") }
            try expect(framed == (request.method == "POST"), "the form of \(call)")
            if framed { try check(expected["fields"], of: text) }
        } else if expected["json"] != .null {
            let sent = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
            try expect(sent == expected["json"], "\(call) sends \(sent)")
        } else {
            try expect(body.isEmpty, "a body in \(call)")
        }
    }

    /// The fields of a form stand before its file, in this order.
    private func check(_ fields: JSONValue, of form: String) throws {
        var rest = form[...]
        for field in fields.items {
            let (name, text) = (field.items[0].text ?? "", field.items[1].text ?? "")
            let part = "form-data; name=\"\(name)\"\r\n\r\n\(text)\r\n"
            guard let found = rest.range(of: part) else { throw Mismatch(description: "the field \(name) is missing") }
            rest = rest[found.upperBound...]
        }
        try expect(rest.contains("; filename="), "the file is not the last field")
    }

    private func check(_ outcome: Outcome) throws {
        switch outcome {
        case .failed(let details):
            try check(CloudConvertError(details))
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
            try check(expected, "filename", output.filename)
            if expected["info"] != .null {
                let info = try JSONDecoder().decode(JSONValue.self, from: Data((output.info ?? "null").utf8))
                try expect(info == expected["info"], "info is \(info)")
            }
        }
    }

    private func check(_ error: CloudConvertError) throws {
        try CloudConvertKitTests.check(error, vector["outcome"])
        try check(vector["outcome"], "processId", error.processID)
    }

    private func check(_ expected: JSONValue, _ name: String, _ value: String?) throws {
        guard let text = expected[name].text else { return }
        try expect(text == value, "\(name) is \(value ?? "nil")")
    }
}
