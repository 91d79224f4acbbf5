import Foundation

/// What the service is to make of a file, beyond its output format. The names are those of the API.
public struct JobOptions: Sendable {
    /// What is done with the input.
    public enum Mode: String, Sendable {
        case convert, info, combine, archive, extract
    }

    /// The input format, where the file's name does not tell it.
    public var from: String?
    /// Overrides the input's name, with the extension.
    public var filename: String?
    /// What is done with the input.
    public var mode: Mode = .convert
    /// The converter's options (`converteroptions`).
    public var options: [String: JSONValue] = [:]
    /// Your own mark on the process: a string or an object.
    public var tag: JSONValue = .null
    /// The ID of one of your presets.
    public var preset: String?
    /// After how many seconds the service gives up.
    public var timeout: Int?
    /// Whether the service sends a mail in the end.
    public var email = false
    /// Where the service stores the output. Then nothing is downloaded.
    public var output: Storage?
    /// The URL that the service calls in the end.
    public var callback: String?
    /// Whether the service keeps the files after the download.
    public var save = false
    /// Further parameters of the API, for what this version does not know.
    public var extra: [String: JSONValue] = [:]

    /// Nothing but the format; set what you need.
    public init() {}

    /// The job as the core reads it, from the members that are about its input.
    func json(_ input: [String: JSONValue], to format: String) throws -> String {
        try members(input, to: format).text()
    }

    func members(_ input: [String: JSONValue], to format: String) -> JSONValue {
        var members = input
        members["to"] = .string(format)
        members["from"] = JSONValue(from)
        members["mode"] = .string(mode.rawValue)
        members["options"] = options.isEmpty ? JSONValue.null : JSONValue.object(options)
        members["tag"] = tag
        members["preset"] = JSONValue(preset)
        members["timeout"] = JSONValue(timeout)
        members["email"] = .bool(email)
        members["output"] = output?.json ?? JSONValue.null
        members["callback"] = JSONValue(callback)
        members["save"] = .bool(save)
        members["extra"] = extra.isEmpty ? JSONValue.null : JSONValue.object(extra)
        if let filename = filename {
            members["filename"] = .string(filename)
        }
        return .object(members.filter { $0.value != .null })
    }
}

/// How patient a conversion is, and what it does with its output.
public struct Policy: Sendable {
    /// How the input is uploaded: framed as a form, which first copies it into a temporary file, or as it is.
    public enum UploadMethod: String, Sendable {
        case multipart, put
    }

    /// The output as one file (a ZIP where there are several), every file on its own, or nothing.
    public enum Download: String, Sendable {
        case whole, each, none
    }

    /// How many requests may be repeated, in the whole conversion.
    public var retries: Int?
    /// How many seconds the whole conversion may take.
    public var deadline: TimeInterval?
    /// How the input is uploaded; nil for `multipart`.
    public var upload: UploadMethod?
    /// What is downloaded.
    public var download: Download = .whole
    /// Whether the process is deleted after its output was downloaded and checked, or the conversion failed.
    public var delete = true

    /// The defaults; change what you need.
    public init() {}

    func json(_ observers: Observers = Observers()) throws -> String {
        try jsonText([
            "retries": JSONValue(retries),
            "deadline": JSONValue(deadline.map { Int($0 * 1000) }),
            "upload": JSONValue(upload?.rawValue),
            "download": .string(download.rawValue),
            "delete": .bool(delete),
            "watch": observers.callbacks == nil ? .null : "callback",
            "observed": .bool(observers.onProgress != nil),
        ])
    }
}
