import CloudConvertKit
import Foundation
import XCTest

/// Conversions that go on later, perhaps in another program: what of their outputs is known then.
final class ResumeTests: SandboxTestCase {
    /// The program ends after an output got its name, and before it could tell that it had.
    func testAnOutputInAFolderStandsThereOnce() async throws {
        for isTaken in [false, true] {
            let own = folder.appendingPathComponent("sample.jpg")
            if isTaken { try Data("the user's own".utf8).write(to: own) }
            let saved = Seen<String>()
            // So nothing is told after the name was given.
            let first = try await client.convert(
                .file(sample), saveTo: folder, to: "jpg", policy: Policy(delete: false), checkpoint: { saved.add($0) }
            )
            let last = try XCTUnwrap(saved.all.last)
            XCTAssertTrue(last.contains("marks"))
            XCTAssertEqual(saved.all.filter { $0.contains("marks") }.count, 1)
            let (file, before) = (first.files[0], try left().sorted())
            let inode = try number(file)
            XCTAssertEqual(file.lastPathComponent, isTaken ? "sample (1).jpg" : "sample.jpg")

            let result = try await CloudConvert(apiKey: key, baseURL: service).resume(last, saveTo: folder)
            XCTAssertEqual(result.files.map { $0.path }, [file.path])
            XCTAssertEqual(try left().sorted(), before)
            XCTAssertEqual(try number(file), inode, "what stood there stays")
            try assertJPEG(file)
            if isTaken { XCTAssertEqual(try String(contentsOf: own, encoding: .utf8), "the user's own") }
            try FileManager.default.removeItem(at: file)
        }
    }

    func testAJobThatNeedsNoFormatIsToldByItsMode() async throws {
        let (saved, drawing) = (Seen<String>(), Source.text("<svg/>", name: "drawing.svg"))
        let second = CloudConvert(apiKey: key, baseURL: URL(string: base + "/v2"))
        do {
            _ = try await second.convert(drawing, job: JobOptions(mode: .optimize), checkpoint: { state in
                saved.add(state)
                throw CancellationError()
            })
            XCTFail("it was not cancelled")
        } catch is CancellationError {}
        let first = saved.all[0]
        try await assertFails(.badRequest) {
            try await second.resume(first, source: drawing, job: JobOptions(mode: .watermark))
        }
    }

    /// What a checkpoint throws is logged and ends nothing.
    func testACheckpointThatFails() async throws {
        let called = Seen<String>()
        let result = try await client.convert(.file(sample), saveTo: folder, to: "jpg", checkpoint: { saved in
            called.add(saved)
            throw CocoaError(.fileWriteOutOfSpace)
        })
        XCTAssertEqual(result.files.count, 1)
        XCTAssertGreaterThan(called.all.count, 3, "the next state is told all the same")
        let requests = ["png", "webp"].map { ConversionRequest(.file(sample), saveTo: folder, to: $0) }
        let many = client.convertMany(requests, checkpoint: { index, _ in
            if index == 0 { throw CocoaError(.fileWriteOutOfSpace) }
        })
        for await ended in many { XCTAssertEqual(try ended.result.get().files.count, 1) }
        XCTAssertEqual(try left().sorted(), ["sample.jpg", "sample.png", "sample.webp"])
    }

    /// Only a `CancellationError` cancels, and ends its own conversion only.
    func testACheckpointThatCancels() async throws {
        let called = Seen<String>()
        do {
            _ = try await client.convert(.file(sample), saveTo: folder, to: "jpg", checkpoint: { saved in
                called.add(saved)
                if called.all.count == 2 { throw CancellationError() }
            })
            XCTFail("it was not cancelled")
        } catch is CancellationError {}
        XCTAssertEqual(called.all.count, 2, "whoever has cancelled is asked no more")
        let requests = ["jpg", "webp"].map { ConversionRequest(.file(sample), saveTo: folder, to: $0) }
        let many = client.convertMany(requests, checkpoint: { index, _ in
            if index == 0 { throw CancellationError() }
        })
        for await ended in many {
            XCTAssertEqual(try? ended.result.get().files.count, ended.index == 0 ? nil : 1)
        }
        XCTAssertEqual(try left(), ["sample.webp"])
    }

    func testAnOutputWithoutAPlaceComesIntoMemory() async throws {
        let saved = Seen<String>()
        _ = try await client.convert(.file(sample), saveTo: folder, to: "jpg", checkpoint: { saved.add($0) })
        let result = try await client.resume(saved.all[0], source: .file(sample))
        XCTAssertEqual(result.files, [])
        XCTAssertEqual(result.contents.map { $0.name }, ["sample.jpg"])
    }

    func testWhatWasInMemoryIsLoadedAnew() async throws {
        let saved = Seen<String>()
        let first = try await client.convert(.file(sample), to: "jpg", policy: Policy(delete: false), checkpoint: { saved.add($0) })
        let bytes = try XCTUnwrap(first.contents.first).data
        let last = try XCTUnwrap(saved.all.last)
        let result = try await client.resume(last, saveTo: folder.appendingPathComponent("photo.jpg"))
        XCTAssertEqual(try Data(contentsOf: try XCTUnwrap(result.files.first)), bytes)
    }

    /// A path that ends in `/` is a folder, which is created.
    func testAPathWithASlashAtItsEnd() async throws {
        let new = folder.appendingPathComponent("new", isDirectory: true)
        let result = try await client.convert(.file(sample), saveTo: new, to: "jpg")
        XCTAssertEqual(result.files.map { $0.path }, [new.appendingPathComponent("sample.jpg").path])
    }

    func testATimeThatIsNone() async throws {
        for deadline in [Double.nan, .infinity, -1, 1e300] {
            try await assertFails(.badRequest) {
                try await self.client.convert(.file(self.sample), saveTo: self.folder, to: "jpg", policy: Policy(deadline: deadline))
            }
        }
    }

    func testANameThatAnOutputHasIsKnownAfterwards() async throws {
        try Data("the user's own".utf8).write(to: folder.appendingPathComponent("sample.jpg"))
        let saved = Seen<String>()
        let first = try await client.convert(.file(sample), saveTo: folder, to: "jpg", checkpoint: { saved.add($0) })
        let last = try XCTUnwrap(saved.all.last)
        XCTAssertTrue(!last.contains("marks") && last.contains("named"))
        // Its process is deleted by now.
        let result = try await client.resume(last, saveTo: folder)
        XCTAssertEqual(result.files.map { $0.path }, first.files.map { $0.path })
        XCTAssertEqual(try left().sorted(), ["sample (1).jpg", "sample.jpg"])
    }

    /// By what the file system knows a file.
    private func number(_ file: URL) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: file.path)[.systemFileNumber] as? Int
    }
}
