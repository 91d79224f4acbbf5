import CloudConvertKit
import Foundation
import XCTest

/// Parts of a conversion, many of them, and those that go on later.
final class FurtherTests: SandboxTestCase {
    func testAProgramWithoutTheKeyUploadsAndFollows() async throws {
        // An empty key is none.
        for page in [CloudConvert(), CloudConvert(apiKey: "")] {
            let prepared = try await client.prepare("photo.png", to: "jpg")
            try await page.upload(prepared.ticket, .file(sample))
            let result = try await page.follow(prepared.ticket, saveTo: folder.appendingPathComponent("photo.jpg"))
            try assertJPEG(try XCTUnwrap(result.files.first))
        }
    }

    func testOutputsWithoutAPlaceComeIntoMemory() async throws {
        let result = try await client.convert(.file(sample), to: "jpg")
        XCTAssertEqual(result.files, [])
        let content = try XCTUnwrap(result.contents.first)
        XCTAssertEqual(content.name, "sample.jpg")
        XCTAssertEqual([UInt8](content.data.prefix(3)) + [UInt8](content.data.suffix(2)), [0xff, 0xd8, 0xff, 0xff, 0xd9])
        let request = ConversionRequest(.text("# Title", name: "page.md"), to: "html")
        for await ended in client.convertMany([request, request]) {
            XCTAssertEqual(try ended.result.get().contents.map { $0.name }, ["page.html"])
        }
        XCTAssertEqual(try left(), [])
    }

    func testOutputsCanStayOnTheServiceUntilTheyAreDeleted() async throws {
        let result = try await client.convert(.text("# Title", name: "page.md"), to: "html", policy: Policy(download: .none))
        XCTAssertEqual(result.files, [])
        XCTAssertEqual(result.contents.count, 0)
        try await client.delete(try XCTUnwrap(URL(string: base + "/process/" + (result.processID ?? ""))))
        let requests = try await kinds()
        XCTAssertEqual(requests.last, "delete")
    }

    func testASavedConversionGoesOn() async throws {
        try await faults(#"[{"kind": "run", "delay_ms": 1500}]"#)
        let (client, sample, output) = (self.client, self.sample, folder.appendingPathComponent("photo.jpg"))
        let saved = Seen<String>()
        let stages = Seen<String>()
        let task = Task {
            try await client.convert(
                .file(sample), saveTo: output, policy: Policy(delete: false), onProgress: { stages.add($0.stage.rawValue) },
                checkpoint: { saved.add($0) }
            )
        }
        try await until { stages.all.contains("convert") && saved.all.last?.contains(#""step":"follow""#) == true }
        let last = try XCTUnwrap(saved.all.last)
        XCTAssertFalse(saved.all.contains { $0.contains(key) })
        let other = CloudConvert(apiKey: key, baseURL: service)
        let result = try await other.resume(last, saveTo: output)
        _ = try? await task.value
        XCTAssertEqual(result.files, [output])
        try assertJPEG(output)
        let uploads = try await kinds().filter { $0 == "upload" }
        XCTAssertEqual(uploads.count, 1)
        try await assertFails(.badRequest) { try await other.resume("{}", saveTo: output) }
    }

    func testNoneAtOnceIsRefused() async throws {
        let request = ConversionRequest(.file(sample), saveTo: folder.appendingPathComponent("none.jpg"))
        var ended = 0
        for await one in client.convertMany([request, request], concurrency: 0) {
            XCTAssertThrowsError(try one.result.get()) { XCTAssertEqual(($0 as? CloudConvertError)?.code, .badRequest) }
            ended += 1
        }
        XCTAssertEqual(ended, 2)
    }

    func testManyAreConvertedBehindOneLimit() async throws {
        var requests = (0..<12).map { ConversionRequest(.file(sample), saveTo: folder.appendingPathComponent("\($0).jpg")) }
        requests.append(ConversionRequest(.data(Data("no picture".utf8), name: "a.png"), saveTo: folder.appendingPathComponent("a.jpg")))
        requests.append(ConversionRequest(.file(folder.appendingPathComponent("missing.png")), saveTo: folder, to: "jpg"))
        let active = Seen<(Int, Bool)>()
        let stream = client.convertMany(requests, concurrency: 3) { active.add(($0, $1.stage != .done)) }
        var ended: [Int: Result<ConversionResult, Error>] = [:]
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

    func testAnOutputThatCannotBeNamedStaysOnTheService() async throws {
        let output = folder.appendingPathComponent("photo.jpg")
        let inTheWay: @Sendable (ConversionProgress) -> Void = { progress in
            if progress.stage == .convert {
                try? FileManager.default.createDirectory(at: output, withIntermediateDirectories: false)
            }
        }
        try await assertFails(.output) {
            try await self.client.convert(.file(self.sample), saveTo: output, onProgress: inTheWay)
        }
        try FileManager.default.removeItem(at: output)
        for await ended in client.convertMany([ConversionRequest(.file(sample), saveTo: output)], onProgress: { inTheWay($1) }) {
            XCTAssertThrowsError(try ended.result.get()) {
                XCTAssertEqual(($0 as? CloudConvertError)?.code, .output)
                XCTAssertNotNil(($0 as? CloudConvertError)?.underlyingError)
            }
        }
        let requests = try await kinds()
        XCTAssertEqual(requests.filter { $0 == "download" }.count, 2)
        XCTAssertFalse(requests.contains("delete"))
        XCTAssertEqual(try left(), ["photo.jpg"])
    }

    func testAFileThatChangesIsNotSent() async throws {
        let growing = folder.appendingPathComponent("note.txt")
        try Data("three".utf8).write(to: growing)
        let grow: @Sendable (ConversionProgress) -> Void = { progress in
            if progress.stage == .create { try? Data("three and more".utf8).write(to: growing) }
        }
        try await assertFails(.input) {
            try await self.client.convert(.file(growing), to: "pdf", onProgress: grow)
        }
        let requests = try await kinds()
        XCTAssertFalse(requests.contains("upload"))
    }

    func testLeavingManyCancelsThem() async throws {
        try await faults(#"[{"kind": "run", "delay_ms": 60000, "to": "jpg"}]"#)
        let slow = (0..<4).map { ConversionRequest(.file(sample), saveTo: folder.appendingPathComponent("\($0).jpg")) }
        let missing = ConversionRequest(.file(folder.appendingPathComponent("missing.png")), saveTo: folder, to: "jpg")
        let (converting, progress) = AsyncStream.makeStream(of: Int.self)
        let stream = client.convertMany(slow + [missing], concurrency: 4) { index, seen in
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
        let (client, sample, wish) = (self.client, self.sample, JobOptions(callback: URL(string: "http://127.0.0.1:9/called")))
        let output = folder.appendingPathComponent("photo.jpg")
        let seen = Seen<String>()
        let task = Task {
            try await client.convert(.file(sample), saveTo: output, job: wish, policy: Policy(watch: .callback)) { progress in
                if progress.stage == .convert, let id = progress.processID { seen.add(id) }
            }
        }
        try await until { !seen.all.isEmpty }
        let process = try XCTUnwrap(URL(string: base + "/process/" + seen.all[0]))
        try await until { try await client.status(process).step == "finished" }
        XCTAssertThrowsError(try client.calledBack("this is no callback"))
        XCTAssertThrowsError(try client.callback("url=//evil.example/process/7")) {
            XCTAssertEqual(($0 as? CloudConvertError)?.code, .untrustedURL)
        }
        XCTAssertEqual(try client.callback("/done?id=7&step=finished").step, "finished")
        try client.calledBack("id=\(seen.all[0])&url=\(process)&step=finished")
        let begin = Date()
        _ = try await task.value
        XCTAssertLessThan(Date().timeIntervalSince(begin), 10, "it would have been asked for by then anyway")
        try assertJPEG(output)
    }

    func testSingleCalls() async throws {
        let formats = try await client.formats(from: "png", to: "jpg")
        XCTAssertEqual(formats.map { [$0.from, $0.to] }, [["png", "jpg"]])
        let created = try await client.create(.file(sample), to: "jpg")
        var status = try await client.start(created.url, .file(sample), to: "jpg")
        XCTAssertEqual(status.step, "input")
        try await client.upload(try XCTUnwrap(status.uploadURL), .file(sample))
        for _ in 0..<1500 where status.step != "finished" {
            status = try await client.status(created.url)
            try await Task.sleep(nanoseconds: 20_000_000)
        }
        XCTAssertEqual(status.filename, "sample.jpg")
        let listed = try await client.processes().first { $0.id == created.id }
        XCTAssertEqual(listed?.step, "finished")
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
            XCTAssertEqual(error.method, "GET")
            XCTAssertEqual(error.url, created.url)
            XCTAssertNotNil(error.serviceMessage)
            XCTAssertFalse(error.isRetryable)
        }
        try await faults(#"[{"kind": "types", "times": 1, "status": 502}]"#)
        let again = try await client.formats(from: "png", to: "jpg")
        XCTAssertEqual(again, formats)
    }

    func testSingleCallsCanWaitForTheEnd() async throws {
        let source = Source.base64("IyBUaXRsZQ==", name: "page.md")
        let created = try await client.create(source, to: "html")
        let started = try await client.start(created.url, source, to: "html", wait: true)
        XCTAssertEqual(started.step, "finished")
        let status = try await client.status(created.url, wait: true)
        XCTAssertEqual(status.step, "finished")
        try await client.delete(created.url)
    }

    func testNothingBeginsBeforeItIsRead() async throws {
        let output = folder.appendingPathComponent("photo.jpg")
        let updates = client.conversion(.file(sample), saveTo: output)
        let results = client.convertMany([ConversionRequest(.file(sample), saveTo: output)])
        let before = try await kinds()
        XCTAssertEqual(before, [])
        for try await _ in updates {}
        for await ended in results { _ = try ended.result.get() }
        let creations = try await kinds().filter { $0 == "create" }
        XCTAssertEqual(creations.count, 2)
    }
}
