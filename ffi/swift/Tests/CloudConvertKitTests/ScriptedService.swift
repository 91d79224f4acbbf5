import CloudConvertCore
@testable import CloudConvertKit
import Foundation

/// The network and the time of a client that follows a script, and its user. See tests/vectors/README.md. Time passes where the
/// client waits, and where an answer takes some; nothing takes real time.
final class ScriptedService: Transport, Timekeeper {
    static let start: UInt64 = 1_700_000_000_000

    fileprivate struct State {
        var script: Script
        var now = ScriptedService.start
        /// Since when no request is out.
        var idleSince = ScriptedService.start
        /// Whether the conversion was saved since the last request.
        var isSaved = false
        /// Whether a request is out that gets no answer.
        var isSilent = false
        /// Ends the sleep of a client that has a request out.
        var wake: AsyncStream<Void>.Continuation?
        /// Cancels what the user does.
        var cancel: @Sendable () -> Void = {}
        /// Tells the client that the service has called back.
        var callBack: @Sendable (String) throws -> Void = { _ in }
        /// What was wrong first: the client takes it for a broken connection, and goes on.
        var failure: (any Error)?
    }

    private let key: String?
    private let state: Locked<State>

    init(_ script: Script, key: String?) {
        self.key = key
        state = Locked(State(script: script))
    }

    /// What the user does, whom the script lets cancel it.
    func use<Success: Sendable>(
        _ client: CloudConvert, _ work: @escaping @Sendable () async throws -> Success
    ) async -> Result<Success, any Error> {
        let user = state.withLock { state in
            let user = Task {
                self.cancelIfDue()
                return try await work()
            }
            state.cancel = { user.cancel() }
            state.callBack = { try client.calledBack($0) }
            return user
        }
        return await user.result
    }

    /// Throws what was wrong, and where the script has not ended.
    func finished() throws {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            try state.checkWait()
            try expect(state.script.left == .null, "the script has not ended: \(state.script.left)")
        }
    }

    // MARK: The user

    /// What saves the conversion, where the script says when.
    var checkpoint: (@Sendable (String) throws -> Void)? {
        guard state.withLock({ $0.script.expects("saved") }) else { return nil }
        return { [state] saved in
            // Outputs that are about to get their names are no reason of a request's.
            state.withLock { $0.isSaved = $0.isSaved || !saved.contains("\"marks\"") }
        }
    }

    private func cancelIfDue() {
        let cancel = state.withLock { $0.script.takeCancel() ? $0.cancel : nil }
        cancel?()
    }

    // MARK: The time

    func now() -> UInt64 {
        state.withLock { $0.now }
    }

    func sleep(until time: UInt64, isBusy: Bool) async {
        if isBusy { await sleepUntilAnswered(or: time) } else { wait(until: time) }
    }

    /// Nothing is out, so the time has come, unless the service calls back before.
    private func wait(until time: UInt64) {
        if Task.isCancelled { return }
        let (calls, callBack) = state.withLock { state in
            let calls = state.script.takeCalls()
            if calls.isEmpty { state.now = max(state.now, time) }
            return (calls, state.callBack)
        }
        for query in calls {
            noting { try callBack(query) }
        }
    }

    /// The time comes only where there is no answer.
    private func sleepUntilAnswered(or time: UInt64) async {
        let (answered, wake) = AsyncStream<Void>.makeStream()
        state.withLock { state in
            if state.isSilent { wake.finish() } else { state.wake = wake }
        }
        // It ends with the stream, or with the task.
        for await _ in answered {}
        state.withLock { state in
            state.wake = nil
            if state.isSilent && !Task.isCancelled { state.now = max(state.now, time) }
        }
        cancelIfDue()
    }

    // MARK: The network

    func send(
        _ request: Request, files: [Source.Upload], outputs: Outputs, listener: TransferListener
    ) async throws -> Response {
        guard let (entry, json) = noting({ try begin(request, files) }) else { throw NoAnswer(reason: .connection) }
        defer { state.withLock { $0.idleSince = $0.now } }
        switch entry["fail"].text {
        case nil:
            let response = try respond(entry["answer"], json, request, outputs, listener)
            if entry["answer"]["cut"] == true { throw NoAnswer(reason: .connection) }
            return response
        case "timeout":
            await fallSilent()
            throw CancellationError()
        case "certificate":
            throw NoAnswer(reason: .permanent(why: "the certificate has expired"))
        case "unreached":
            throw NoAnswer(reason: .unreached)
        default:
            throw NoAnswer(reason: .connection)
        }
    }

    /// The entry of a request, which is as the script expects it, and the text of its answer.
    private func begin(_ request: Request, _ files: [Source.Upload]) throws -> (JSONValue, String) {
        try state.withLock { state in
            // After what was wrong nothing is expected any more.
            if let failure = state.failure { throw failure }
            try state.checkWait()
            let (entry, json) = try state.script.take("\(request.method) \(request.url)")
            let expected = entry["expect"]
            if case .bool(let isSaved) = expected["saved"] {
                try expect(isSaved == state.isSaved, "whether it is saved before \(request.url)")
            }
            state.isSaved = false
            try request.check(expected, key: key)
            try request.checkBody(expected, files, &state.script)
            if entry["fail"] != "timeout" { state.now += UInt64(entry["answer"]["takes"].integer ?? 10) }
            return (entry, json)
        }
    }

    /// Gives no answer for as long as the client wants one.
    private func fallSilent() async {
        state.withLock { state in
            state.isSilent = true
            state.wake?.finish()
        }
        let (never, continuation) = AsyncStream<Void>.makeStream()
        for await _ in never {}
        continuation.finish()
        state.withLock { $0.isSilent = false }
    }

    /// The answer, with its body where the request wants it.
    private func respond(
        _ answer: JSONValue, _ json: String, _ request: Request, _ outputs: Outputs, _ listener: TransferListener
    ) throws -> Response {
        if let url = answer["url"].text {
            // This transport does not follow redirects.
            return Response(status: 303, headers: [Header(name: "Location", value: url)], body: Data(), received: 0)
        }
        let text = answer["json"] == .null ? answer["text"].text ?? "" : state.withLock { $0.script.marked(json) }
        let body = Data(text.utf8)
        let status = UInt16(answer["status"].integer ?? 200)
        var headers = answer["headers"].members.map { Header(name: $0.key, value: $0.value.text ?? "") }
        guard case .file(let name, _, _) = request.sink else {
            return Response(status: status, headers: headers, body: body, received: 0)
        }
        if answer["length"].text != "untold" {
            headers.append(Header(name: "Content-Length", value: String(answer["length"].integer ?? body.count)))
        }
        let head = Response(status: status, headers: headers, body: Data(), received: 0)
        listener.begun(head)
        switch bodyTarget(sink: request.sink, response: head) {
        case .memory(let limit):
            return Response(status: status, headers: headers, body: body.prefix(Int(clamping: limit)), received: 0)
        case .file(let offset):
            let file = try outputs.open(name, offset: offset)
            defer { try? file.close() }
            try file.write(contentsOf: body)
            let received = offset + UInt64(body.count)
            listener.received(received)
            return Response(status: status, headers: headers, body: Data(), received: received)
        }
    }

    /// Does something; what is wrong with it is told in the end.
    @discardableResult
    private func noting<Value>(_ body: () throws -> Value) -> Value? {
        do {
            return try body()
        } catch {
            state.withLock { $0.failure = $0.failure ?? error }
            return nil
        }
    }
}

extension ScriptedService.State {
    /// The client has waited as long as the script says, if it says so.
    fileprivate mutating func checkWait() throws {
        guard let bounds = script.takeWait() else { return }
        let waited = Int(now - idleSince)
        try expect(bounds.contains(waited), "waits \(waited) ms, not \(bounds)")
    }
}

extension Request {
    /// Whether it goes where it is expected, with the headers that are.
    fileprivate func check(_ expected: JSONValue, key: String?) throws {
        let call = "\(method) \(url)"
        try expect(call == expected["call"].text, "\(call) is not \(expected["call"])")
        let carries = expected["key"] == true
        let told = Dictionary(headers.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        try expect(carriesKey == carries, "the key and \(call)")
        try expect(told["authorization"] == (carries ? "Bearer \(key ?? "")" : nil), "the authorization of \(call)")
        if let key = key { try expect(!url.contains(key), "the key is in \(call)") }
        for (name, value) in expected["headers"].members {
            try expect(told[name] == value.text, "\(name) of \(call)")
        }
    }

    /// Whether it sends what is expected.
    fileprivate func checkBody(_ expected: JSONValue, _ files: [Source.Upload], _ script: inout Script) throws {
        var body = Data()
        var streams = false
        for piece in pieces {
            switch piece {
            case .bytes(let bytes):
                body.append(bytes)
            case .file(let index):
                body.append(try files[Int(index)].content())
                streams = true
            }
        }
        try expect(bodySize == UInt64(body.count), "the length of \(url)")
        let names = expected["file"].text.map { [$0] } ?? expected["files"].items.compactMap { $0.text }
        try expect(streams == !names.isEmpty, "the file of \(url)")
        let text = script.unmarked(String(decoding: body, as: UTF8.self))
        if streams {
            // Names in forms are written as in JSON.
            let framed = try names.allSatisfy { text.contains("filename=\(try encoded(.string($0)))\r\n") }
            try expect(framed == (method == "POST"), "the form of \(url)")
            if framed { try checkFields(expected["fields"], of: text) }
        } else if expected["json"] != .null {
            let sent = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
            try expect(sent == expected["json"], "\(url) is sent \(sent)")
        } else {
            try expect(body.isEmpty, "a body for \(url)")
        }
    }

    /// The fields of a form stand before its file, in this order.
    private func checkFields(_ fields: JSONValue, of form: String) throws {
        var rest = form[...]
        for field in fields.items {
            let (name, text) = (field.items[0].text ?? "", field.items[1].text ?? "")
            let part = "form-data; name=\"\(name)\"\r\n\r\n\(text)\r\n"
            guard let found = rest.range(of: part) else { throw Mismatch(description: "the field \(name) is missing") }
            rest = rest[found.upperBound...]
        }
        try expect(rest.contains("; filename="), "the file is not the last field")
    }
}

extension Source.Upload {
    fileprivate func content() throws -> Data {
        switch self {
        case .data(let data, _): return data
        case .file(let url, _): return try Data(contentsOf: url)
        }
    }
}
