import CloudConvertKit
import Foundation
import XCTest

/// Where outputs go, by what stands there.
final class PlacesTests: SandboxTestCase {
    private func pipe() throws -> URL {
        let pipe = folder.appendingPathComponent("pipe.jpg")
        XCTAssertEqual(mkfifo(pipe.path, 0o600), 0)
        return pipe
    }

    func testALinkStaysAndTheFileThatItLeadsToIsReplaced() async throws {
        let (file, link) = (folder.appendingPathComponent("file"), folder.appendingPathComponent("link.jpg"))
        try Data("before".utf8).write(to: file)
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
        let result = try await client.convert(.file(sample), saveTo: link)
        XCTAssertEqual(result.files, [link])
        XCTAssertEqual(try FileManager.default.destinationOfSymbolicLink(atPath: link.path), file.path)
        try assertJPEG(file)
    }

    func testAPipeIsWrittenAndStays() async throws {
        let pipe = try pipe()
        let read = expectation(description: "the pipe is read to its end")
        let content = Seen<Data>()
        // To open a pipe holds its thread up, until it is written.
        DispatchQueue.global().async {
            if let data = try? FileHandle(forReadingFrom: pipe).readToEnd() { content.add(data) }
            read.fulfill()
        }
        let result = try await client.convert(.file(sample), saveTo: pipe)
        XCTAssertEqual(result.files, [pipe])
        await fulfillment(of: [read], timeout: 30)
        XCTAssertEqual(content.all.first.map { Array($0.prefix(3)) }, [0xff, 0xd8, 0xff])
        XCTAssertEqual(try left(), ["pipe.jpg"])
    }

    func testAPipeThatIsNotReadHoldsNothingUpBeyondTheDeadline() async throws {
        let pipe = try pipe()
        do {
            _ = try await client.convert(.file(sample), saveTo: pipe, policy: Policy(deadline: 3))
            XCTFail("nobody has read")
        } catch let error as CloudConvertError {
            XCTAssertEqual(error.code, .timeout)
            XCTAssertTrue(error.message.contains("that a pipe is read; the service still has the output"), error.message)
        }
        let requests = try await kinds()
        XCTAssertFalse(requests.contains("delete"))
    }

    func testWhatIsNoFileIsNeverReplacedInAFolder() async throws {
        let taken = folder.appendingPathComponent("sample.jpg")
        try FileManager.default.createDirectory(at: taken, withIntermediateDirectories: false)
        try Data("older".utf8).write(to: folder.appendingPathComponent("sample (1).jpg"))
        let result = try await client.convert(.file(sample), saveTo: folder, to: "jpg", policy: Policy(overwrite: true))
        XCTAssertEqual(result.files.map { $0.lastPathComponent }, ["sample (1).jpg"])
        var isFolder: ObjCBool = false
        XCTAssertTrue(FileManager.default.fileExists(atPath: taken.path, isDirectory: &isFolder) && isFolder.boolValue)
        try assertJPEG(try XCTUnwrap(result.files.first))
    }

    func testWhatCannotBeWrittenIsToldBeforeAnythingIsAskedFor() async throws {
        let file = folder.appendingPathComponent("file")
        try Data("mine".utf8).write(to: file)
        let (client, sample, folder) = (self.client, self.sample, self.folder)
        try await assertFails(.output) {
            try await client.convert(.file(sample), saveTo: folder.appendingPathComponent("missing/photo.jpg"))
        }
        try await assertFails(.badRequest) {
            try await client.convert(.file(sample), saveTo: file, to: "jpg", policy: Policy(download: .each))
        }
        try await assertFails(.output) {
            let new = file.appendingPathComponent("new")
            return try await client.convert(.file(sample), saveTo: new, to: "jpg", policy: Policy(download: .each))
        }
        let requests = try await kinds()
        XCTAssertEqual(requests, [])
        XCTAssertEqual(try String(contentsOf: file, encoding: .utf8), "mine")
    }

    func testAFolderThatIsNotThereYetStaysOneWhereItGoesOn() async throws {
        let new = folder.appendingPathComponent("new.2024")
        let states = Seen<String>()
        do {
            _ = try await client.convert(
                .file(sample), saveTo: new, to: "jpg", policy: Policy(download: .each), checkpoint: { saved in
                    states.add(saved)
                    throw CancellationError()
                }
            )
            XCTFail("it was not cancelled")
        } catch is CancellationError {}
        try FileManager.default.removeItem(at: new)
        _ = try await admin("DELETE", "requests")
        let saved = try XCTUnwrap(states.all.first)
        let result = try await client.resume(saved, saveTo: new, source: .file(sample), changes: PolicyChanges(delete: false))
        XCTAssertEqual(result.files.map { $0.lastPathComponent }, ["sample.jpg"])
        try assertJPEG(new.appendingPathComponent("sample.jpg"))
        let requests = try await kinds()
        XCTAssertFalse(requests.contains("delete"))
    }

    /// A task that is cancelled already asks the service for nothing.
    func testWhatIsCancelledBeforeItBeginsAsksForNothing() async throws {
        let (client, sample, output) = (self.client, self.sample, folder.appendingPathComponent("photo.jpg"))
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await client.convert(.file(sample), saveTo: output)
        }
        do {
            _ = try await task.value
            XCTFail("it was not cancelled")
        } catch is CancellationError {}
        let requests = try await kinds()
        XCTAssertEqual(requests, [])
        XCTAssertEqual(try left(), [])
    }
}
