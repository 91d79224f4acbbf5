import CloudConvertKit
import Foundation
import XCTest
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Against the sandbox whose address and key `CLOUDCONVERT_SANDBOX` and `CLOUDCONVERT_SANDBOX_KEY` hold. It has to be
/// started with `--admin`.
class SandboxTestCase: XCTestCase {
    private(set) var folder = FileManager.default.temporaryDirectory
    private(set) var base = ""
    private(set) var service = URL(fileURLWithPath: "/")
    private(set) var key = ""
    private var adminKey = ""
    private(set) var client = CloudConvert()

    override func setUp() async throws {
        let environment = ProcessInfo.processInfo.environment
        base = try XCTUnwrap(environment["CLOUDCONVERT_SANDBOX"], "set CLOUDCONVERT_SANDBOX to the sandbox's address")
        key = try XCTUnwrap(environment["CLOUDCONVERT_SANDBOX_KEY"], "set CLOUDCONVERT_SANDBOX_KEY to a key it takes")
        adminKey = try XCTUnwrap(environment["CLOUDCONVERT_SANDBOX_ADMIN_KEY"], "set CLOUDCONVERT_SANDBOX_ADMIN_KEY likewise")
        service = try XCTUnwrap(URL(string: base + "/v1"))
        client = CloudConvert(apiKey: key, baseURL: service)
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("swift-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        _ = try await admin("DELETE", "faults")
        _ = try await admin("DELETE", "requests")
    }

    override func tearDown() async throws {
        _ = try await admin("DELETE", "faults")
        try FileManager.default.removeItem(at: folder)
    }

    var sample: URL {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<5 {
            root.deleteLastPathComponent()
        }
        return root.appendingPathComponent("npm/examples/demo/sample.png")
    }

    func left() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
    }

    func assertJPEG(_ url: URL) throws {
        let bytes = [UInt8](try Data(contentsOf: url))
        XCTAssertEqual(Array(bytes.prefix(3)), [0xff, 0xd8, 0xff])
        XCTAssertEqual(Array(bytes.suffix(2)), [0xff, 0xd9])
    }

    func assertFails(_ code: CloudConvertError.Code, _ body: () async throws -> ConversionResult) async throws {
        do {
            _ = try await body()
            XCTFail("it did not fail as \(code)")
        } catch let error as CloudConvertError {
            XCTAssertEqual(error.code, code, error.message)
            XCTAssertFalse("\(error)".contains(key))
        }
    }

    /// Waits until something has happened, for half a minute at most.
    func until(_ condition: () async throws -> Bool) async throws {
        for _ in 0..<1500 {
            if try await condition() { return }
            try await Task.sleep(nanoseconds: 20_000_000)
        }
        XCTFail("it did not happen in time")
    }

    func faults(_ rules: String) async throws {
        _ = try await admin("POST", "faults", rules)
    }

    func journal() async throws -> [JSONValue] {
        try JSONDecoder().decode([JSONValue].self, from: try await admin("GET", "requests"))
    }

    func kinds() async throws -> [String] {
        try await journal().compactMap { $0["kind"].text }
    }

    func admin(_ method: String, _ path: String, _ body: String? = nil) async throws -> Data {
        var request = URLRequest(url: try XCTUnwrap(URL(string: "\(base)/_admin/\(path)")))
        request.httpMethod = method
        request.setValue("Bearer \(adminKey)", forHTTPHeaderField: "Authorization")
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
final class Seen<Element>: @unchecked Sendable {
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
