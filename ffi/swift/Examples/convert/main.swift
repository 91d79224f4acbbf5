import CloudConvertKit
import Foundation

// Converts a file: convert INPUT OUTPUT. The output's extension names the format.
let arguments = CommandLine.arguments
guard arguments.count == 3 else {
    print("usage: convert INPUT OUTPUT")
    exit(2)
}
let environment = ProcessInfo.processInfo.environment
let client = CloudConvert(
    apiKey: environment["CLOUDCONVERT_API_KEY"], baseURL: environment["CLOUDCONVERT_BASE_URL"].flatMap { URL(string: $0) }
)
do {
    let input = URL(fileURLWithPath: arguments[1])
    let output = URL(fileURLWithPath: arguments[2])
    for try await update in client.conversion(.file(input), saveTo: output) {
        switch update {
        case .progress(let progress):
            print("\(progress.stage.rawValue) \(progress.percent ?? 0) % \(progress.message)")
        case .finished(let result):
            print("written: \(result.files.map { $0.path })")
        }
    }
} catch let error as CloudConvertError where error.code == .conversionFailed {
    print("the service could not convert this file: \(error.message)")
    exit(1)
} catch {
    print(error.localizedDescription)
    exit(1)
}
