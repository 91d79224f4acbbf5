import CloudConvertCore
import Foundation

/// What is converted.
public enum Source: Sendable {
    /// Files that are uploaded; several for the modes `combine` and `archive`.
    case uploads([Upload])
    /// URLs that the service downloads; several for the modes `combine` and `archive`.
    case urls([URL])
    /// Small content that is sent as text, with a name whose extension tells the format.
    case text(String, name: String)
    /// Small content that is sent as it stands, in base64, with a name whose extension tells the format.
    case base64(String, name: String)
    /// Files in a storage of your own that the service reads, by their names in it.
    case stored(Storage, names: [String])

    /// A job of one's own (version 2 of the API): tasks as the API writes them, by their names, and what is uploaded, by the
    /// names of its import tasks. See `CloudConvert.run`.
    case tasks([String: JSONValue], files: [String: Upload])

    /// One file that is uploaded.
    public enum Upload: Sendable {
        /// A file of this machine. It is never held in memory as a whole.
        case file(URL, name: String)
        /// Bytes in memory.
        case data(Data, name: String)
    }

    /// A file of this machine.
    public static func file(_ url: URL) -> Source {
        .uploads([.file(url, name: url.lastPathComponent)])
    }

    /// Bytes in memory, with a name whose extension tells the format.
    public static func data(_ data: Data, name: String) -> Source {
        .uploads([.data(data, name: name)])
    }

    /// A URL that the service downloads.
    public static func url(_ url: URL) -> Source {
        .urls([url])
    }
}

extension Source {
    var uploads: [Upload] {
        switch self {
        case .uploads(let files): return files
        case .tasks(_, let files): return Source.ordered(files).map { $0.value }
        default: return []
        }
    }

    /// Always in the same order, as dictionaries are not.
    private static func ordered(_ files: [String: Upload]) -> [(key: String, value: Upload)] {
        files.sorted { $0.key < $1.key }
    }

    /// The members of a job that are about its input.
    func members() throws -> [String: JSONValue] {
        switch self {
        case .uploads(let files):
            return ["input": .string("upload"), "files": .array(try files.map { .object(try $0.members()) })]
        case .tasks(let tasks, let files):
            let entries = try Source.ordered(files).map { task, file -> JSONValue in
                var members = try file.members()
                members["task"] = .string(task)
                return .object(members)
            }
            return ["tasks": .object(tasks), "files": .array(entries)]
        case .urls(let urls):
            let texts = urls.map { JSONValue.string($0.absoluteString) }
            return ["input": .string("download"), "files": .array(texts)]
        case .text(let content, let name):
            return ["input": .string("raw"), "content": .string(content), "filename": .string(name)]
        case .base64(let content, let name):
            return ["input": .string("base64"), "content": .string(content), "filename": .string(name)]
        case .stored(let storage, let names):
            return ["input": storage.json, "files": .array(names.map { JSONValue.string($0) })]
        }
    }
}

extension Source.Upload {
    var name: String {
        switch self {
        case .file(_, let name): return name
        case .data(_, let name): return name
        }
    }

    /// The size in bytes.
    func size() throws -> UInt64 {
        switch self {
        case .data(let data, _):
            return UInt64(data.count)
        case .file(let url, _):
            do {
                let handle = try FileHandle(forReadingFrom: url)
                let size = try handle.seekToEnd()
                try handle.close()
                return size
            } catch {
                let message = "the input cannot be read: \(url.lastPathComponent): \(error.localizedDescription); check its path and whether you may read it"
                throw CloudConvertError(code: .input, message: message, underlyingError: error)
            }
        }
    }

    func members() throws -> [String: JSONValue] {
        ["name": .string(name), "size": .int(Int(try size()))]
    }
}
