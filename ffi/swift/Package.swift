// swift-tools-version:6.0
import Foundation
import PackageDescription

// The native library: from the XCFramework, where `cargo xtask xcframework` has made it (on a Mac). Elsewhere it is linked by
// name: tell the linker where it is, as build-and-test.sh does.
let framework = "CloudConvertCoreFFI.xcframework"
let hasFramework = FileManager.default.fileExists(atPath: Context.packageDirectory + "/" + framework)

let package = Package(
    name: "CloudConvertKit",
    platforms: [.macOS(.v12), .iOS(.v15)],
    products: [
        .library(name: "CloudConvertKit", targets: ["CloudConvertKit"]),
        .executable(name: "convert", targets: ["convert"]),
    ],
    targets: [
        // The C functions of the native library; generated.
        hasFramework
            ? .binaryTarget(name: "CloudConvertCoreFFI", path: framework)
            : .systemLibrary(name: "CloudConvertCoreFFI", path: "Sources/CloudConvertCoreFFI"),
        // The state machine; generated.
        .target(
            name: "CloudConvertCore",
            dependencies: ["CloudConvertCoreFFI"],
            path: "Sources/CloudConvertCore",
            linkerSettings: hasFramework ? [] : [.linkedLibrary("cloudconvert_uniffi")]
        ),
        // What programs import.
        .target(
            name: "CloudConvertKit",
            dependencies: ["CloudConvertCore"],
            path: "Sources/CloudConvertKit",
            swiftSettings: [.enableExperimentalFeature("StrictConcurrency")]
        ),
        .executableTarget(name: "convert", dependencies: ["CloudConvertKit"], path: "Examples/convert"),
        // A clock that tests set.
        .target(name: "WallClock", path: "Tests/WallClock"),
        .testTarget(
            name: "CloudConvertKitTests",
            dependencies: ["CloudConvertKit", "CloudConvertCore", "WallClock"],
            path: "Tests/CloudConvertKitTests"
        ),
    ]
)
