import CloudConvertKit
import Foundation
import XCTest

/// What is given up is gone, here and on the service.
final class CancelTests: SandboxTestCase {
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
        XCTAssertTrue(requests.contains("delete"))
        XCTAssertEqual(try left(), [])
    }

    func testLeavingAStreamCancels() async throws {
        try await faults(#"[{"kind": "run", "delay_ms": 60000}]"#)
        for try await update in client.conversion(.file(sample), saveTo: folder.appendingPathComponent("photo.jpg")) {
            if case .progress(let progress) = update, progress.stage == .convert { break }
        }
        try await until { try await self.kinds().last == "delete" }
        try await until { try self.left().isEmpty }
    }

    func testCancellingACreationLeavesNoProcess() async throws {
        try await faults(#"[{"kind": "create", "times": 1, "delay_ms": 300}]"#)
        let (client, sample, output) = (self.client, self.sample, folder.appendingPathComponent("photo.jpg"))
        let task = Task {
            try await client.convert(.file(sample), saveTo: output)
        }
        // The fault has struck once the creation has come to the service.
        try await until { !String(decoding: try await self.admin("GET", "faults"), as: UTF8.self).contains(#""times":1"#) }
        task.cancel()
        do {
            _ = try await task.value
            XCTFail("it was not cancelled")
        } catch is CancellationError {
        }
        let requests = try await kinds()
        XCTAssertEqual(requests, ["create", "delete"])
    }
}
