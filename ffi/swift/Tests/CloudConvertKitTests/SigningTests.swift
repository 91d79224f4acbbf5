import CloudConvertKit
import Foundation
import XCTest

/// Webhooks and URLs that a secret signs: believed only with the right signature.
final class SigningTests: XCTestCase {
    private let body = #"{"event":"job.finished","job":{"id":"7","status":"finished"}}"#
    private let signature = "f978a7b70c7afd832b22f6ffd210a545ac34984646fb2da1f6908dcafb4f8fcb"
    private let base = "https://s.example.com/b3d85428"
    private let job: JSONValue = ["tasks": ["a": ["operation": "export/url", "input": []]]]

    func testASignedWebhookIsRead() throws {
        let webhook = try Webhook(verifying: Data(body.utf8), signature: signature, secret: "secret")
        XCTAssertEqual(webhook.event, "job.finished")
        XCTAssertEqual(webhook.jobID, "7")
        XCTAssertEqual(webhook.job, ["id": "7", "status": "finished"])
        XCTAssertEqual("\(webhook)", "Webhook(job.finished, 7)")
    }

    func testNothingElseIsBelieved() {
        for (body, signature, secret, code) in [
            (body, nil, "secret", CloudConvertError.Code.unauthorized),
            (body, "", "secret", .unauthorized),
            (body, signature, "other", .unauthorized),
            (body + " ", signature, "secret", .unauthorized),
            (body, signature, "", .badRequest),
        ] as [(String, String?, String, CloudConvertError.Code)] {
            XCTAssertThrowsError(try Webhook(verifying: Data(body.utf8), signature: signature, secret: secret)) {
                XCTAssertEqual(($0 as? CloudConvertError)?.code, code)
            }
        }
    }

    func testASignedURLIsReadAgain() throws {
        let signed = SignedURL(job: job, cacheKey: "key_1")
        let url = try signed.sign(base: base, secret: "secret")
        XCTAssertTrue(url.hasPrefix(base + "?job="))
        XCTAssertEqual(try SignedURL(verifying: url, secret: "secret"), signed)
        let altered = url.replacingOccurrences(of: "key_1", with: "key_2")
        XCTAssertThrowsError(try SignedURL(verifying: altered, secret: "secret"))
        XCTAssertThrowsError(try SignedURL(job: job, cacheKey: "a b").sign(base: base, secret: "secret"))
    }
}
