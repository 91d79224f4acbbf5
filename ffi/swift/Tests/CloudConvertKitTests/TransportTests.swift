import XCTest
@testable import CloudConvertKit

/// A request goes out with the URL that the core gave it.
final class TransportTests: XCTestCase {
    func testURLsAreNotEncodedTwice() {
        for (text, sent) in [
            ("https://a.example/jobs?filter[tag]=a%20b", "https://a.example/jobs?filter%5Btag%5D=a%20b"),
            ("https://[::1]:8080/jobs?filter[tag]=a%20b", "https://[::1]:8080/jobs?filter%5Btag%5D=a%20b"),
            ("https://a.example/tasks/x/a%20b.png?sig=%2F+=&x=1#top", "https://a.example/tasks/x/a%20b.png?sig=%2F+=&x=1#top"),
            ("https://a.example", "https://a.example"),
        ] {
            XCTAssertEqual(exact(text)?.absoluteString, sent)
        }
    }
}
