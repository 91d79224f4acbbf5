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
