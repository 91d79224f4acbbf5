import CloudConvertKit
import Foundation
import XCTest
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// One conversion: what comes out, what goes wrong, who sees what.
final class ConvertTests: SandboxTestCase {
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

    func testAFileIsUploadedAsItIsWhereThatIsWanted() async throws {
        let output = folder.appendingPathComponent("photo.jpg")
        _ = try await client.convert(.file(sample), saveTo: output, policy: Policy(upload: .put))
        try assertJPEG(output)
    }

    func testTheServicesNamesGoIntoAFolderAndReplaceNothing() async throws {
        let mine = folder.appendingPathComponent("sample.jpg")
        try Data("mine".utf8).write(to: mine)
        let result = try await client.convert(.file(sample), saveTo: folder, to: "jpg")
        XCTAssertEqual(result.files.map { $0.lastPathComponent }, ["sample (1).jpg"])
        XCTAssertEqual(try Data(contentsOf: mine), Data("mine".utf8))
        let next = try await client.convert(.file(sample), saveTo: folder, to: "jpg")
        XCTAssertEqual(next.files.map { $0.lastPathComponent }, ["sample (2).jpg"])
        let replaced = try await client.convert(.file(sample), saveTo: folder, to: "jpg", policy: Policy(overwrite: true))
        XCTAssertEqual(replaced.files.map { $0.lastPathComponent }, ["sample.jpg"])
        try assertJPEG(mine)
        XCTAssertEqual(try left().count, 3)
    }

    func testEachOfManyFilesGoesIntoAFolderWhichIsCreated() async throws {
        let files: [Source.Upload] = [.data(Data("one".utf8), name: "one.txt"), .data(Data("two".utf8), name: "two.txt")]
        let archive = folder.appendingPathComponent("both.zip")
        _ = try await client.convert(.uploads(files), saveTo: archive, job: JobOptions(mode: .archive))
        let new = folder.appendingPathComponent("new")
        let result = try await client.convert(
            .file(archive), saveTo: new, to: "zip", job: JobOptions(mode: .extract), policy: Policy(download: .each)
        )
        XCTAssertEqual(result.files.map { $0.lastPathComponent }.sorted(), ["one.txt", "two.txt"])
        XCTAssertEqual(try Data(contentsOf: new.appendingPathComponent("one.txt")), Data("one".utf8))
        try await assertFails(.badRequest) {
            try await self.client.convert(.file(archive), saveTo: archive, to: "zip", policy: Policy(download: .each))
        }
    }

    func testARequestTimesOutWhereTheClientSaysSo() async throws {
        try await faults(#"[{"kind": "types", "delay_ms": 60000}]"#)
        let impatient = CloudConvert(apiKey: key, baseURL: service, requestTimeout: 0.2)
        do {
            _ = try await impatient.formats()
            XCTFail("it was answered")
        } catch let error as CloudConvertError {
            XCTAssertEqual(error.code, .network)
            XCTAssertTrue(error.isRetryable)
        }
    }

    func testSingleCallsHaveThePatienceOfTheClient() async throws {
        try await faults(#"[{"kind": "types", "times": 1, "status": 502}]"#)
        do {
            _ = try await CloudConvert(apiKey: key, baseURL: service, retries: 0).formats()
            XCTFail("it was repeated")
        } catch let error as CloudConvertError {
            XCTAssertEqual(error.status, 502, error.message)
        }
    }

    func testTheConfigurationOfASessionIsUsed() async throws {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpAdditionalHeaders = ["X-Mine": "yes"]
        let mine = CloudConvert(apiKey: key, baseURL: service, session: URLSession(configuration: configuration))
        let formats = try await mine.formats(from: "png", to: "jpg")
        XCTAssertEqual(formats.count, 1)
    }

    func testUnknownCodesAreKept() {
        XCTAssertEqual(CloudConvertError.Code(rawValue: "of_tomorrow").rawValue, "of_tomorrow")
        XCTAssertEqual(CloudConvertError.Code(rawValue: "untrusted_url"), .untrustedURL)
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

    func testAStreamShowsProgressAndTheResult() async throws {
        let output = folder.appendingPathComponent("photo.jpg")
        var result: ConversionResult?
        for try await update in client.conversion(.file(sample), saveTo: output) {
            if case .finished(let converted) = update { result = converted }
        }
        XCTAssertEqual(result?.files, [output])
        try assertJPEG(output)
    }

    func testFailuresHaveCodes() async throws {
        let output = folder.appendingPathComponent("photo.jpg")
        let wrong = CloudConvert(apiKey: "wrong", baseURL: service)
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
        try await assertFails(.timeout) {
            try await self.client.convert(.file(self.sample), saveTo: output, policy: Policy(deadline: 1))
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
        let wish = ConversionRequest(.stored(storage, names: ["a.png"]), to: "jpg", job: JobOptions(output: storage))
        var dumped = ""
        dump(wish, to: &dumped)
        dump(client, to: &dumped)
        for shown in ["\(client)", String(reflecting: client), "\(wish)", String(reflecting: wish), dumped] {
            XCTAssertFalse(shown.contains(key) || shown.contains("hidden"), shown)
        }
    }

    func testSeveralFilesBecomeOneArchive() async throws {
        let files: [Source.Upload] = [.data(Data("one".utf8), name: "one.txt"), .data(Data("two".utf8), name: "two.txt")]
        let output = folder.appendingPathComponent("both.zip")
        _ = try await client.convert(.uploads(files), saveTo: output, job: JobOptions(mode: .archive))
        XCTAssertEqual(try Data(contentsOf: output).prefix(2), Data("PK".utf8))
    }

    func testARedirectIsNotFollowedBlindly() async throws {
        try await faults(#"[{"kind": "create", "status": 302, "headers": {"Location": "/v1/processes"}}]"#)
        try await assertFails(.invalidResponse) {
            try await self.client.convert(.file(self.sample), saveTo: self.folder.appendingPathComponent("a.jpg"))
        }
        let requests = try await kinds()
        XCTAssertEqual(requests, ["create"])
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

        let requests = photos.map { ConversionRequest(.file($0), saveTo: $0.deletingPathExtension().appendingPathExtension("jpg")) }
        for await ended in client.convertMany(requests, concurrency: 8) {
            print(requests[ended.index], ended.result)
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
}
