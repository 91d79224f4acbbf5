import CloudConvertKit
import Foundation
import XCTest
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Against the sandbox whose address and key `CLOUDCONVERT_SANDBOX` and `CLOUDCONVERT_SANDBOX_KEY` hold. It has to be
/// started with `--admin`.
final class SandboxTests: XCTestCase {
    private var folder = FileManager.default.temporaryDirectory
    private var base = ""
    private var key = ""
    private var client = CloudConvert()

    override func setUp() async throws {
        let environment = ProcessInfo.processInfo.environment
        base = try XCTUnwrap(environment["CLOUDCONVERT_SANDBOX"], "set CLOUDCONVERT_SANDBOX to the sandbox's address")
        key = try XCTUnwrap(environment["CLOUDCONVERT_SANDBOX_KEY"], "set CLOUDCONVERT_SANDBOX_KEY to a key it takes")
        client = CloudConvert(apiKey: key, baseURL: base + "/v1")
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("swift-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        _ = try await admin("DELETE", "faults")
        _ = try await admin("DELETE", "requests")
    }

    override func tearDown() async throws {
        _ = try await admin("DELETE", "faults")
        try FileManager.default.removeItem(at: folder)
    }

    func testAFileIsConvertedAndItsProgressShown() async throws {
        let stages = Seen<String>()
        let output = folder.appendingPathComponent("photo.jpg")
        let result = try await client.convert(.file(sample), saveTo: output) { stages.add($0.stage.rawValue) }
        XCTAssertEqual(result.files, [output])
        try assertJPEG(output)
        XCTAssertTrue(Set(stages.all).isSuperset(of: ["create", "start", "upload", "convert", "done"]), "\(stages.all)")
        XCTAssertEqual(try left(), ["photo.jpg"])
        let requests = try await kinds()
        XCTAssertEqual(requests.last, "delete")
    }

    func testAFormIsUploadedFromATemporaryFile() async throws {
        var policy = Policy()
        policy.upload = .multipart
        let output = folder.appendingPathComponent("photo.jpg")
        _ = try await client.convert(.file(sample), saveTo: output, policy: policy)
        try assertJPEG(output)
    }

    func testTheServicesNamesGoIntoAFolderAndReplaceNothing() async throws {
        let mine = folder.appendingPathComponent("sample.jpg")
        try Data("mine".utf8).write(to: mine)
        let result = try await client.convert(.file(sample), saveTo: folder, to: "jpg")
        XCTAssertEqual(result.files.map { $0.lastPathComponent }, ["sample (1).jpg"])
        XCTAssertEqual(try Data(contentsOf: mine), Data("mine".utf8))
    }

    func testFaultsOnTheWayAreSurvived() async throws {
        try await faults("""
            [{"kind": "create", "times": 1, "status": 503, "headers": {"Retry-After": "0"}},
             {"kind": "start", "times": 1, "cut": "after"},
             {"kind": "upload", "times": 1, "cut_upload_after": 1000},
             {"kind": "download", "times": 1, "cut_download_after": 1000}]
            """)
        let output = folder.appendingPathComponent("photo.jpg")
        _ = try await client.convert(.file(sample), saveTo: output)
        try assertJPEG(output)
    }

    func testCancellingLeavesNothingOnTheServiceAndOnTheDisk() async throws {
        try await faults(#"[{"kind": "run", "delay_ms": 60000}]"#)
        let (client, sample, output) = (self.client, self.sample, folder.appendingPathComponent("photo.jpg"))
        let stages = Seen<String>()
        let task = Task {
            try await client.convert(.file(sample), saveTo: output) { stages.add($0.stage.rawValue) }
        }
        try await until { stages.all.contains("convert") }
        task.cancel()
        do {
            _ = try await task.value
            XCTFail("it was not cancelled")
        } catch is CancellationError {
        }
        let requests = try await kinds()
        XCTAssertEqual(requests.last, "delete")
        XCTAssertEqual(try left(), [])
    }

    func testAStreamShowsProgressAndTheResult() async throws {
        let output = folder.appendingPathComponent("photo.jpg")
        var result: Converted?
        for try await update in client.conversion(.file(sample), saveTo: output) {
            if case .finished(let converted) = update { result = converted }
        }
        XCTAssertEqual(result?.files, [output])
        try assertJPEG(output)
    }

    func testLeavingAStreamCancels() async throws {
        try await faults(#"[{"kind": "run", "delay_ms": 60000}]"#)
        for try await update in client.conversion(.file(sample), saveTo: folder.appendingPathComponent("photo.jpg")) {
            if case .progress(let progress) = update, progress.stage == .convert { break }
        }
        try await until { try await self.kinds().last == "delete" }
        try await until { try self.left().isEmpty }
    }

    func testFailuresHaveCodes() async throws {
        let output = folder.appendingPathComponent("photo.jpg")
        let wrong = CloudConvert(apiKey: "wrong", baseURL: base + "/v1")
        try await assertFails(.unauthorized) { try await wrong.convert(.file(self.sample), saveTo: output) }
        try await assertFails(.badRequest) {
            try await self.client.convert(.file(self.sample), saveTo: self.folder.appendingPathComponent("a.mp3"))
        }
        try await assertFails(.conversionFailed) {
            try await self.client.convert(.data(Data("no picture".utf8), name: "photo.png"), saveTo: output)
        }
        try await assertFails(.input) {
            try await self.client.convert(.file(self.folder.appendingPathComponent("missing.png")), saveTo: output)
        }
        try await assertFails(.output) {
            try await self.client.convert(.file(self.sample), saveTo: self.folder.appendingPathComponent("no/where.jpg"))
        }
        try await faults(#"[{"kind": "run", "delay_ms": 60000}]"#)
        var policy = Policy()
        policy.deadline = 1
        let hurried = policy
        try await assertFails(.timeout) {
            try await self.client.convert(.file(self.sample), saveTo: output, policy: hurried)
        }
        XCTAssertEqual(try left(), [])
    }

    func testTheKeyGoesToTheBaseAlone() async throws {
        _ = try await client.convert(.file(sample), saveTo: folder.appendingPathComponent("photo.jpg"))
        for request in try await journal() {
            XCTAssertEqual(request["key"], .bool(request["kind"].text == "create"), "\(request)")
        }
    }

    func testSecretsAreNotShown() {
        let storage = Storage.s3(accessKeyID: "id", secretAccessKey: "hidden", bucket: "mine")
        var job = JobOptions()
        job.output = storage
        let wish = Wish(.stored(storage, names: ["a.png"]), saveTo: nil, to: "jpg", job: job)
        var dumped = ""
        dump(wish, to: &dumped)
        dump(client, to: &dumped)
        for shown in ["\(client)", String(reflecting: client), "\(wish)", String(reflecting: wish), dumped] {
            XCTAssertFalse(shown.contains(key) || shown.contains("hidden"), shown)
        }
    }

    func testAProgramWithoutTheKeyUploadsAndFollows() async throws {
        let prepared = try await client.prepare(name: "photo.png", to: "jpg")
        let page = CloudConvert()
        try await page.upload(to: prepared.uploadURL, [.file(sample, name: "photo.png")])
        let result = try await page.follow(prepared.processURL, saveTo: folder.appendingPathComponent("photo.jpg"))
        try assertJPEG(try XCTUnwrap(result.files.first))
    }

    func testSeveralFilesBecomeOneArchive() async throws {
        var job = JobOptions()
        job.mode = .archive
        let files: [Source.Upload] = [.data(Data("one".utf8), name: "one.txt"), .data(Data("two".utf8), name: "two.txt")]
        let output = folder.appendingPathComponent("both.zip")
        _ = try await client.convert(.uploads(files), saveTo: output, job: job)
        XCTAssertEqual(try Data(contentsOf: output).prefix(2), Data("PK".utf8))
    }

    func testOutputsCanStayOnTheServiceUntilTheyAreDeleted() async throws {
        let result = try await client.convert(.text("# Title", name: "page.md"), saveTo: nil, to: "html")
        XCTAssertEqual(result.files, [])
        try await client.delete(base + "/process/" + (result.processID ?? ""))
        let requests = try await kinds()
        XCTAssertEqual(requests.last, "delete")
    }

    func testCancellingACreationLeavesNoProcess() async throws {
        try await faults(#"[{"kind": "create", "delay_ms": 300}]"#)
        let (client, sample, output) = (self.client, self.sample, folder.appendingPathComponent("photo.jpg"))
        let sent = Seen<UInt64>()
        let task = Task {
            try await client.convert(.file(sample), saveTo: output) { sent.add($0.sent) }
        }
        try await until { sent.all.contains { $0 > 0 } }
        task.cancel()
        do {
            _ = try await task.value
            XCTFail("it was not cancelled")
        } catch is CancellationError {
        }
        let requests = try await kinds()
        XCTAssertEqual(requests, ["create", "delete"])
    }

    func testARedirectIsNotFollowedBlindly() async throws {
        try await faults(#"[{"kind": "create", "status": 302, "headers": {"Location": "/v1/processes"}}]"#)
        try await assertFails(.invalidResponse) {
            try await self.client.convert(.file(self.sample), saveTo: self.folder.appendingPathComponent("a.jpg"))
        }
        let requests = try await kinds()
        XCTAssertEqual(requests, ["create"])
    }

    func testASavedConversionGoesOn() async throws {
        try await faults(#"[{"kind": "run", "delay_ms": 1500}]"#)
        let (client, sample, output) = (self.client, self.sample, folder.appendingPathComponent("photo.jpg"))
        let saved = Seen<String>()
        let stages = Seen<String>()
        var policy = Policy()
        policy.delete = false
        let patient = policy
        let task = Task {
            try await client.convert(
                .file(sample), saveTo: output, policy: patient, onProgress: { stages.add($0.stage.rawValue) },
                checkpoint: { saved.add($0) }
            )
        }
        try await until { stages.all.contains("convert") && saved.all.last?.contains(#""phase":"follow""#) == true }
        let last = try XCTUnwrap(saved.all.last)
        XCTAssertFalse(saved.all.contains { $0.contains(key) })
        let other = CloudConvert(apiKey: key, baseURL: base + "/v1")
        let result = try await other.resume(last, saveTo: output)
        _ = try? await task.value
        XCTAssertEqual(result.files, [output])
        try assertJPEG(output)
        let uploads = try await kinds().filter { $0 == "upload" }
        XCTAssertEqual(uploads.count, 1)
        try await assertFails(.badRequest) { try await other.resume("{}", saveTo: output) }
    }

    func testManyAreConvertedBehindOneLimit() async throws {
        var wishes = (0..<12).map { Wish(.file(sample), saveTo: folder.appendingPathComponent("\($0).jpg")) }
        wishes.append(Wish(.data(Data("no picture".utf8), name: "a.png"), saveTo: folder.appendingPathComponent("a.jpg")))
        wishes.append(Wish(.file(folder.appendingPathComponent("missing.png")), saveTo: folder, to: "jpg"))
        let active = Seen<(Int, Bool)>()
        let stream = client.convertAll(wishes, atOnce: 3) { active.add(($0, $1.stage != .done)) }
        var ended: [Int: Result<Converted, Error>] = [:]
        for await one in stream {
            XCTAssertNil(ended[one.index])
            ended[one.index] = one.result
        }
        XCTAssertEqual(ended.keys.sorted(), Array(0..<14))
        var running: Set<Int> = []
        for (index, runs) in active.all {
            if runs { running.insert(index) } else { running.remove(index) }
            XCTAssertLessThanOrEqual(running.count, 3)
        }
        for index in 0..<12 {
            let files = try XCTUnwrap(ended[index]).get().files
            XCTAssertEqual(files.map { $0.lastPathComponent }, ["\(index).jpg"])
            try assertJPEG(files[0])
        }
        XCTAssertThrowsError(try ended[12]?.get()) { XCTAssertEqual(($0 as? CloudConvertError)?.code, .conversionFailed) }
        XCTAssertThrowsError(try ended[13]?.get()) { XCTAssertEqual(($0 as? CloudConvertError)?.code, .input) }
        XCTAssertEqual(try left().count, 12)
    }

    func testLeavingManyCancelsThem() async throws {
        try await faults(#"[{"kind": "run", "delay_ms": 60000, "to": "jpg"}]"#)
        let slow = (0..<4).map { Wish(.file(sample), saveTo: folder.appendingPathComponent("\($0).jpg")) }
        let missing = Wish(.file(folder.appendingPathComponent("missing.png")), saveTo: folder, to: "jpg")
        let (converting, progress) = AsyncStream.makeStream(of: Int.self)
        let stream = client.convertAll(slow + [missing], atOnce: 4) { index, seen in
            if seen.stage == .convert { progress.yield(index) }
        }
        let reading = Task {
            for await _ in stream {}
        }
        var seen: Set<Int> = []
        for await index in converting {
            seen.insert(index)
            if seen.count == 4 { break }
        }
        reading.cancel()
        try await until { try await self.kinds().filter { $0 == "delete" }.count == 4 }
        try await until { try self.left().isEmpty }
    }

    func testACallbackTellsTheEnd() async throws {
        try await faults(#"[{"kind": "run", "delay_ms": 300}]"#)
        var job = JobOptions()
        job.callback = "http://127.0.0.1:9/called"
        let (callbacks, called) = AsyncStream.makeStream(of: String.self)
        let (client, sample, wish) = (self.client, self.sample, job)
        let output = folder.appendingPathComponent("photo.jpg")
        let seen = Seen<String>()
        let task = Task {
            try await client.convert(.file(sample), saveTo: output, job: wish, callbacks: callbacks) { progress in
                if progress.stage == .convert, let id = progress.processID { seen.add(id) }
            }
        }
        try await until { !seen.all.isEmpty }
        let process = base + "/process/" + seen.all[0]
        try await until { try await client.status(process).step == "finished" }
        called.yield("this is no callback")
        called.yield("id=\(seen.all[0])&url=\(process)&step=finished")
        let begin = Date()
        _ = try await task.value
        XCTAssertLessThan(Date().timeIntervalSince(begin), 10, "it would have been asked for by then anyway")
        try assertJPEG(output)
    }

    func testTheManualsCode() async throws {
        let (client, photo, output) = (self.client, folder.appendingPathComponent("a.png"), folder.appendingPathComponent("b.jpg"))
        try FileManager.default.copyItem(at: sample, to: photo)
        let photos = [photo]
        let state = folder.appendingPathComponent("state.json")

        for try await update in client.conversion(.file(photo), saveTo: output) {
            switch update {
            case .progress(let progress): print(progress.stage, progress.percent ?? 0)
            case .finished(let result): print(result.files)
            }
        }

        let wishes = photos.map { Wish(.file($0), saveTo: $0.deletingPathExtension().appendingPathExtension("jpg")) }
        for await ended in client.convertAll(wishes, atOnce: 8) {
            print(wishes[ended.index], ended.result)
        }

        let result = try await client.convert(.file(photo), saveTo: output, checkpoint: { saved in
            try? Data(saved.utf8).write(to: state, options: .atomic)
        })
        XCTAssertEqual(result.files, [output])
        let saved = String(decoding: try Data(contentsOf: state), as: UTF8.self)
        XCTAssertTrue(saved.contains("delete"))

        do {
            _ = try await client.convert(.data(Data(), name: "a.png"), saveTo: output)
            XCTFail("it is no picture")
        } catch let error as CloudConvertError where error.code == .conversionFailed {
            print(error.message)
        }
        XCTAssertEqual(try left().sorted(), ["a.jpg", "a.png", "b.jpg", "state.json"])
    }

    func testSingleCalls() async throws {
        let formats = try await client.formats(from: "png", to: "jpg")
        XCTAssertEqual(formats.map { [$0.from, $0.to] }, [["png", "jpg"]])
        let created = try await client.create(.file(sample), to: "jpg")
        var status = try await client.start(created.url, .file(sample), to: "jpg")
        XCTAssertEqual(status.step, "input")
        try await client.upload(to: try XCTUnwrap(status.uploadURL), [.file(sample, name: "sample.png")])
        for _ in 0..<1500 where status.step != "finished" {
            status = try await client.status(created.url)
            try await Task.sleep(nanoseconds: 20_000_000)
        }
        XCTAssertEqual(status.filename, "sample.jpg")
        let listed = try await client.processes()
        XCTAssertEqual(listed.first { $0.id == created.id }?.step, "finished")
        let output = folder.appendingPathComponent("mine.jpg")
        try await client.download(try XCTUnwrap(status.url), saveTo: output)
        try assertJPEG(output)
        XCTAssertEqual(try left(), ["mine.jpg"])
        try await client.delete(created.url)
        do {
            _ = try await client.status(created.url)
            XCTFail("it is gone")
        } catch let error as CloudConvertError {
            XCTAssertEqual(error.code, .notFound)
        }
        try await faults(#"[{"kind": "types", "times": 1, "status": 502}]"#)
        let again = try await client.formats(from: "png", to: "jpg")
        XCTAssertEqual(again, formats)
    }

    private var sample: URL {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<5 {
            root.deleteLastPathComponent()
        }
        return root.appendingPathComponent("npm/examples/demo/sample.png")
    }

    private func left() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
    }

    private func assertJPEG(_ url: URL) throws {
        let bytes = [UInt8](try Data(contentsOf: url))
        XCTAssertEqual(Array(bytes.prefix(3)), [0xff, 0xd8, 0xff])
        XCTAssertEqual(Array(bytes.suffix(2)), [0xff, 0xd9])
    }

    private func assertFails(_ code: CloudConvertError.Code, _ body: () async throws -> Converted) async throws {
        do {
            _ = try await body()
            XCTFail("it did not fail as \(code)")
        } catch let error as CloudConvertError {
            XCTAssertEqual(error.code, code, error.message)
            XCTAssertFalse("\(error)".contains(key))
        }
    }

    /// Waits until something has happened, for half a minute at most.
    private func until(_ condition: () async throws -> Bool) async throws {
        for _ in 0..<1500 {
            if try await condition() { return }
            try await Task.sleep(nanoseconds: 20_000_000)
        }
        XCTFail("it did not happen in time")
    }

    private func faults(_ rules: String) async throws {
        _ = try await admin("POST", "faults", rules)
    }

    private func journal() async throws -> [JSONValue] {
        try JSONDecoder().decode([JSONValue].self, from: try await admin("GET", "requests"))
    }

    private func kinds() async throws -> [String] {
        try await journal().compactMap { $0["kind"].text }
    }

    private func admin(_ method: String, _ path: String, _ body: String? = nil) async throws -> Data {
        var request = URLRequest(url: try XCTUnwrap(URL(string: "\(base)/_admin/\(path)")))
        request.httpMethod = method
        if let body = body {
            request.httpBody = Data(body.utf8)
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        }
        let sent = request
        return try await withCheckedThrowingContinuation { continuation in
            let task = URLSession.shared.dataTask(with: sent) { data, _, error in
                if let error = error {
                    continuation.resume(throwing: error)
                } else {
                    continuation.resume(returning: data ?? Data())
                }
            }
            task.resume()
        }
    }
}

/// What was seen, from any thread.
private final class Seen<Element>: @unchecked Sendable {
    private var elements: [Element] = []
    private let lock = NSLock()

    func add(_ element: Element) {
        lock.lock()
        defer { lock.unlock() }
        elements.append(element)
    }

    var all: [Element] {
        lock.lock()
        defer { lock.unlock() }
        return elements
    }
}
