// swift-tools-version:6.0
import PackageDescription

// The native library is linked by name: tell the linker where it is, as build-and-test.sh does.
let package = Package(
    name: "CloudConvertKit",
    platforms: [.macOS(.v12), .iOS(.v15)],
    products: [
        .library(name: "CloudConvertKit", targets: ["CloudConvertKit"]),
        .executable(name: "convert", targets: ["convert"]),
    ],
    targets: [
        // The C functions of the native library; generated.
        .systemLibrary(name: "CloudConvertCoreFFI", path: "Sources/CloudConvertCoreFFI"),
        // The state machine; generated.
        .target(
            name: "CloudConvertCore",
            dependencies: ["CloudConvertCoreFFI"],
            path: "Sources/CloudConvertCore",
            linkerSettings: [.linkedLibrary("cloudconvert_uniffi")]
        ),
        // What programs import.
        .target(
            name: "CloudConvertKit",
            dependencies: ["CloudConvertCore"],
            path: "Sources/CloudConvertKit",
            swiftSettings: [.enableExperimentalFeature("StrictConcurrency")]
        ),
        .executableTarget(name: "convert", dependencies: ["CloudConvertKit"], path: "Examples/convert"),
        .testTarget(
            name: "CloudConvertKitTests",
            dependencies: ["CloudConvertKit", "CloudConvertCore"],
            path: "Tests/CloudConvertKitTests"
        ),
    ]
)
