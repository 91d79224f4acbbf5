import CloudConvertKit
import Foundation
import XCTest

/// Version 2 of the API: conversions, jobs of one's own, and the single calls that it has.
final class Version2Tests: SandboxTestCase {
    private var second = CloudConvert()

    override func setUp() async throws {
        try await super.setUp()
        second = CloudConvert(apiKey: key, baseURL: URL(string: base + "/v2"))
    }

    private func all<Element>(_ pages: Pages<Element>) async throws -> [Element] {
        var entries: [Element] = []
        for try await entry in pages { entries.append(entry) }
        return entries
    }

    func testAFileIsConverted() async throws {
        let stages = Seen<ConversionProgress.Stage>()
        let output = folder.appendingPathComponent("photo.jpg")
        _ = try await second.convert(.file(sample), saveTo: output, onProgress: { stages.add($0.stage) })
        try assertJPEG(output)
        XCTAssertTrue(stages.all.contains(.upload))
        XCTAssertEqual(stages.all.last, .done)
        let small = try await second.convert(
            .file(sample), saveTo: folder.appendingPathComponent("small.png"),
            job: JobOptions(mode: .thumbnail, options: ["width": 16])
        )
        XCTAssertEqual(small.files.map { $0.lastPathComponent }, ["small.png"])
    }

    func testWhatCostsIsRepeatedWhereItNeverLeft() async throws {
        for address in ["http://127.0.0.1:1/v2", "http://service.invalid/v2"] {
            let attempts = Seen<Int>()
            do {
                _ = try await CloudConvert(apiKey: key, baseURL: URL(string: address)).convert(
                    .file(sample), saveTo: folder.appendingPathComponent("a.jpg"), policy: Policy(retries: 1),
                    onProgress: { attempts.add($0.attempt) }
                )
                XCTFail("nobody is there")
            } catch let error as CloudConvertError {
                XCTAssertEqual(error.code, .network)
                XCTAssertTrue(error.isRetryable && error.message.contains("cannot be reached"), error.message)
                XCTAssertEqual(attempts.all.max(), 1, address)
            }
        }
    }

    func testAPageWithoutTheKeyUploadsWhatItsBackendPrepared() async throws {
        let prepared = try await second.prepare("photo.png", to: "jpg")
        XCTAssertNil(prepared.uploadURL)
        let page = CloudConvert(baseURL: URL(string: base + "/v2"))
        try await page.upload(prepared.ticket, .file(sample))
        let output = folder.appendingPathComponent("photo.jpg")
        _ = try await second.follow(prepared.ticket, saveTo: output)
        try assertJPEG(output)
    }

    private let tasks: [String: JSONValue] = [
        "photo": ["operation": "import/upload"],
        "jpg": ["operation": "convert", "input": "photo", "output_format": "jpg"],
        "files": ["operation": "export/url", "input": ["photo", "jpg"]],
    ]

    func testAJobOfOnesOwn() async throws {
        let states = Seen<String>()
        let files = ["photo": Source.Upload.file(sample, name: "sample.png")]
        let result = try await second.run(
            tasks, files: files, saveTo: folder, policy: Policy(download: .each), checkpoint: { states.add($0) }
        )
        XCTAssertEqual(result.files.map { $0.lastPathComponent }.sorted(), ["sample.jpg", "sample.png"])
        // Saved before it began: all is said once more.
        let again = folder.appendingPathComponent("again")
        try FileManager.default.createDirectory(at: again, withIntermediateDirectories: false)
        let resumed = try await second.resume(
            try XCTUnwrap(states.all.first), saveTo: again, source: .tasks(tasks, files: files)
        )
        XCTAssertEqual(resumed.files.count, 2)
        // Neither has the name, and the service still has both.
        let one = folder.appendingPathComponent("one")
        do {
            _ = try await second.run(tasks, files: files, saveTo: one)
            XCTFail("two outputs have one name")
        } catch let error as CloudConvertError {
            XCTAssertEqual(error.code, .output)
            let id = try XCTUnwrap(error.processID)
            XCTAssertTrue(error.message.contains("there are 2 outputs, and a place for one; name a folder for them"), error.message)
            XCTAssertTrue(error.message.hasSuffix("the service still has the output of \(id): follow that to load it"), error.message)
            XCTAssertFalse(FileManager.default.fileExists(atPath: one.path))
        }
        try await assertFails(.badRequest) { try await self.second.run(self.tasks, saveTo: self.folder) }
    }

    func testTheAccountItsJobsAndTheirTasks() async throws {
        let account = try await second.me()
        XCTAssertNotNil(account.credits)
        let operations = try await second.operations("convert", from: "png", to: "jpg")
        XCTAssertTrue(operations.allSatisfy { $0.operation == "convert" && $0.to == "jpg" } && !operations.isEmpty)
        let formats = try await second.formats(from: "png", to: "jpg")
        XCTAssertEqual(Set(formats.map { $0.to }), ["jpg"])
        var jobs: [CreatedProcess] = []
        for number in 0..<3 {
            let source = Source.text("# \(number)", name: "\(number).md")
            jobs.append(try await second.launch(source, to: "html", job: JobOptions(tag: "of Swift")))
        }
        // One on each page: the list goes on by itself, and only as far as it is read.
        let listed = try await all(second.processes(tag: "of Swift", perPage: 1))
        XCTAssertEqual(Set(listed.map { $0.id }), Set(jobs.compactMap { $0.id }))
        let job = jobs[0]
        let second = self.second
        try await until { try await second.status(job.url).step == "finished" }
        let id = try XCTUnwrap(job.id)
        let named = try await all(second.tasks(of: id))
        XCTAssertEqual(Set(named.compactMap { $0.operation }), ["import/raw", "convert", "export/url"])
        let export = try XCTUnwrap(named.first { $0.operation == "export/url" })
        let asked = try await second.task(export.id)
        let page = folder.appendingPathComponent("0.html")
        try await second.download(try XCTUnwrap(asked.files.first?.url), saveTo: page)
        XCTAssertTrue(try String(contentsOf: page, encoding: .utf8).contains("<h1"))
        let cancelled = try await second.cancelTask(export.id)
        XCTAssertNil(cancelled, "it has ended already")
        let retried = try await second.retryTask(try XCTUnwrap(named.first { $0.operation == "convert" }).id)
        try await second.deleteTask(retried.id)
        for job in jobs { try await second.delete(job.url) }
        do {
            _ = try await second.status(job.url, wait: true)
            XCTFail("nothing answers in the end here")
        } catch let error as CloudConvertError {
            XCTAssertEqual(error.code, .badRequest)
            XCTAssertTrue(error.message.contains("no address that answers in the end"), error.message)
        }
    }

    func testTheWebhooksOfTheAccount() async throws {
        let url = try XCTUnwrap(URL(string: "http://127.0.0.1:9/called"))
        let webhook = try await second.createWebhook(calling: url, events: ["job.finished"])
        XCTAssertNotNil(webhook.secret)
        XCTAssertFalse("\(webhook)".contains(webhook.secret ?? "?"))
        let listed = try await all(second.webhooks(calling: url))
        XCTAssertEqual(listed.first { $0.id == webhook.id }?.events, ["job.finished"])
        try await second.deleteWebhook(webhook.id)
        let left = try await all(second.webhooks())
        XCTAssertFalse(left.contains { $0.id == webhook.id })
    }
}
