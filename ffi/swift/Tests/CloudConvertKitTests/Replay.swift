import Foundation
@testable import CloudConvertKit

/// A vector that is replayed through the client. The wish is made of the types that programs use.
struct Replay {
    private let vector: JSONValue
    private let wish: Wish
    private let service: ScriptedService
    private let client: CloudConvert

    /// What the functions of the client give.
    private enum Done: Sendable {
        case converted(ConversionResult)
        case prepared(Prepared)
        case nothing
    }

    init(_ vector: JSONValue, _ text: RawJSON) {
        self.vector = vector
        wish = Wish(vector: vector)
        let answers = text["script"]?.items.map { $0["answer"]?["json"] } ?? []
        service = ScriptedService(Script(vector["script"].items, answers: answers), key: vector["key"].text)
        client = scripted(vector, service)
    }

    func run() async throws {
        let name = "vector-\(UUID().uuidString)"
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(name, isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // What the output is to become is there already.
        let saved = vector["saveTo"].text.map { folder.appendingPathComponent($0) }
        if let saved = saved { try Data("before".utf8).write(to: saved) }
        let outcome = await service.use(client) { try await work(saveTo: saved ?? folder) }
        try service.finished()
        let written = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        if let saved = saved {
            try expect(written == [saved.lastPathComponent], "\(written) are in the folder")
            try expect(try Data(contentsOf: saved) == Data("before".utf8), "the file stays as it was")
        }
        switch outcome {
        case .success(let done):
            try check(done, vector["outcome"])
            if case .converted(let result) = done {
                try expect(result.files.count == written.count, "\(written) are in the folder")
            }
        case .failure(is CancellationError):
            try expect(vector["outcome"]["error"] == "cancelled", "it was cancelled")
        case .failure(let error as CloudConvertError):
            try CloudConvertKitTests.check(error, vector["outcome"])
            try check(vector["outcome"], "processId", error.processID)
        case .failure(let missing as NotInTheTypes):
            // What cannot be written has to be refused where it can.
            try expect(vector["outcome"]["error"] == "bad_request", "a program cannot write \(missing.what)")
        case .failure(let error):
            throw error
        }
    }

    /// What the vector wants, by the function of its name.
    private func work(saveTo: URL) async throws -> Done {
        let (policy, isObserved) = try wish.policy()
        let look: @Sendable (ConversionProgress) -> Void = { _ in }
        let onProgress = isObserved ? look : nil
        let url = try vector["url"].text.map { text -> URL in
            guard let url = URL(string: text) else { throw NotInTheTypes(what: "an address \(text)") }
            return url
        } ?? saveTo
        switch vector["run"].text {
        case "convert":
            let (request, _) = try wish.request(saveTo: saveTo)
            return .converted(try await client.convert(
                request.source, saveTo: request.saveTo, to: request.format, job: request.job, policy: request.policy,
                onProgress: onProgress, checkpoint: service.checkpoint
            ))
        case "prepare":
            let (name, format) = (wish.file.name, vector["job"]["to"].text ?? "")
            return .prepared(try await client.prepare(name, to: format, job: try wish.options(), policy: policy))
        case "upload":
            try await client.upload(url, .uploads([wish.file]), policy: policy, onProgress: onProgress)
            return .nothing
        case "follow":
            return .converted(try await client.follow(url, saveTo: saveTo, policy: policy, onProgress: onProgress))
        case "delete":
            try await client.delete(url, policy: policy)
            return .nothing
        default:
            throw Mismatch(description: "there is no such run")
        }
    }

    private func check(_ done: Done, _ expected: JSONValue) throws {
        try expect(expected["error"] == .null, "it worked")
        switch done {
        case .converted(let result):
            var files: [String: JSONValue] = [:]
            for file in result.files {
                files[file.lastPathComponent] = .string(try String(contentsOf: file, encoding: .utf8))
            }
            try expect(files == expected["files"].members, "\(files)")
            try check(expected, "processId", result.processID)
            try check(expected, "processUrl", result.processURL?.absoluteString)
            try check(expected, "url", result.url?.absoluteString)
            try check(expected, "filename", result.filename)
            if expected["info"] != .null {
                try expect(result.info == expected["info"], "info is \(String(describing: result.info))")
            }
        case .prepared(let prepared):
            try check(expected, "processId", prepared.processID)
            try check(expected, "processUrl", prepared.processURL.absoluteString)
            try check(expected, "uploadUrl", prepared.uploadURL?.absoluteString)
        case .nothing:
            break
        }
    }

    private func check(_ expected: JSONValue, _ name: String, _ value: String?) throws {
        guard let text = expected[name].text else { return }
        try expect(text == value, "\(name) is \(value ?? "nil")")
    }
}

/// A client whose network and whose time are those of a script.
func scripted(_ vector: JSONValue, _ service: ScriptedService) -> CloudConvert {
    let base = vector["base"].text.flatMap { URL(string: $0) }
    return CloudConvert(apiKey: vector["key"].text, baseURL: base, transport: service, time: service, seed: { 1 })
}
