import Foundation

/// A process of the key, or with version 2 of the API a job.
public struct ListedProcess: Decodable, Equatable, Sendable {
    /// Its ID.
    public let id: String
    /// Where it is; nil where the service names a host that is not to be trusted.
    public let url: URL?
    /// Its step.
    public let step: String?
    /// When it was started and when it ended, as the service writes it: `2013-01-07 23:03:53`, or `2025-03-01T10:00:00+00:00`.
    public let started, ended: String?
    /// Your own mark on it. Version 2 of the API.
    public let tag: String?
    /// The whole entry, as the service wrote it. It may hold signed URLs.
    public let entry: JSONValue
}

/// What is signed is not shown.
extension ListedProcess: CustomStringConvertible {
    public var description: String { "ListedProcess(\(id), \(step ?? "?"))" }
}

/// A pair of formats that the service converts.
public struct ConversionType: Decodable, Equatable, Sendable {
    /// The formats.
    public let from, to: String
    /// All that the service says about it.
    public let entry: JSONValue
}

/// A process, or with version 2 of the API a job, that was created.
public struct CreatedProcess: Decodable, Equatable, Sendable {
    /// Its ID. Nil where `launch` made it with version 1 of the API.
    public let id: String?
    /// What `start`, `follow` and `delete` take.
    public let url: URL
}

/// What `launch` is answered with when the conversion has ended.
public enum Answered: String, Sendable {
    /// The status.
    case ended
    /// The URL of the output.
    case output
    /// A URL of the output for display. Version 1 of the API.
    case inline
}

/// How far a process is, or with version 2 of the API a job, as the service tells it.
public struct ProcessStatus: Decodable, Equatable, Sendable {
    /// The ID.
    public let id: String?
    /// `input`, `wait`, `convert`, `output`, `waiting`, `processing`, `finished`, `error`, or one that comes later; nil before
    /// the start.
    public let step: String?
    /// From 0 to 100.
    public let percent: Double?
    /// What the service says.
    public let message: String
    /// Why a conversion failed: a number with version 1, one of `CloudConvertError.Code` with version 2.
    public let code: String?
    /// Where the input is uploaded. Version 1 of the API.
    public let uploadURL: URL?
    /// Where the output is, or was stored.
    public let url: URL?
    /// The name that the service gave the output.
    public let filename: String?
    /// The output's size in bytes.
    public let size: UInt64?
    /// The names of the single outputs, where there are several.
    public let files: [String]
    /// The facts that mode `info` found.
    public let info: JSONValue?
    /// What is to be uploaded, and where. Version 2 of the API. The ticket of `prepare` has all of it.
    public let uploads: [UploadForm]
    /// The whole job, as the service wrote it. It holds signed URLs. Version 2 of the API.
    public let entry: JSONValue?

    private enum CodingKeys: String, CodingKey {
        case id, step, percent, message, code, url, filename, size, files, info, uploads, entry
        case uploadURL = "upload_url"
    }

    public init(from decoder: Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        id = try members.decodeIfPresent(String.self, forKey: .id)
        step = try members.decodeIfPresent(String.self, forKey: .step)
        percent = try members.decodeIfPresent(Double.self, forKey: .percent)
        message = try members.decodeIfPresent(String.self, forKey: .message) ?? ""
        switch try members.decodeIfPresent(JSONValue.self, forKey: .code) {
        case .int(let number)?: code = String(number)
        case .string(let text)?: code = text
        default: code = nil
        }
        uploadURL = try members.decodeIfPresent(URL.self, forKey: .uploadURL)
        url = try members.decodeIfPresent(URL.self, forKey: .url)
        filename = try members.decodeIfPresent(String.self, forKey: .filename)
        size = try members.decodeIfPresent(UInt64.self, forKey: .size)
        files = try members.decodeIfPresent([String].self, forKey: .files) ?? []
        info = try members.decodeIfPresent(JSONValue.self, forKey: .info)
        uploads = try members.decodeIfPresent([UploadForm].self, forKey: .uploads) ?? []
        entry = try members.decodeIfPresent(JSONValue.self, forKey: .entry)
    }
}

/// What is signed is not shown.
extension ProcessStatus: CustomStringConvertible {
    public var description: String { "ProcessStatus(\(id ?? "?"), \(step ?? "?"), \(message))" }
}

/// A form by which a file is uploaded to a task of a job. Version 2 of the API. Whoever has it can upload, so it is not shown.
public struct UploadForm: Decodable, Equatable, Sendable {
    /// The name of the import task that waits for the file.
    public let task: String
    /// Where it goes.
    public let url: URL
    /// What is sent before the file, by name.
    public let fields: [String: String]
}

/// What is signed is not shown.
extension UploadForm: CustomStringConvertible {
    public var description: String { "UploadForm(\(task))" }
}
