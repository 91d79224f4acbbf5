import CloudConvertKit
import Foundation
import WallClock
import XCTest

/// The wall clock is set by a day while the service converts: what has passed is measured by one that nobody sets.
final class ClockTests: SandboxTestCase {
    override func tearDown() async throws {
        setWallClock(0)
        try await super.tearDown()
    }

    func testAClockThatIsSet() async throws {
        for seconds in [-86_400, 86_400] {
            try await faults(#"[{"kind": "run", "times": 1, "delay_ms": 2000}]"#)
            let moved = Seen<TimeInterval>()
            let output = folder.appendingPathComponent("clock\(seconds).jpg")
            let begun = DispatchTime.now()
            let result = try await client.convert(.file(sample), saveTo: output, policy: Policy(deadline: 3600)) { progress in
                guard progress.stage == .convert, moved.all.isEmpty else { return }
                let before = Date()
                setWallClock(seconds)
                moved.add(Date().timeIntervalSince(before))
            }
            setWallClock(0)
            XCTAssertEqual(result.files, [output])
            #if os(Linux)
            let jump = try XCTUnwrap(moved.all.first, "the service has not converted")
            XCTAssertLessThan(abs(jump - TimeInterval(seconds)), 3600, "the clock was set")
            #endif
            XCTAssertLessThan((DispatchTime.now().uptimeNanoseconds - begun.uptimeNanoseconds) / 1_000_000_000, 60)
        }
    }
}
