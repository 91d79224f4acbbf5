import CloudConvertCore
import Foundation

/// The files of one conversion: parts beside their final places until all of them are whole.
final class Outputs: @unchecked Sendable {
    /// Where parts are, by the names that the core gives them.
    private var parts: [String: URL] = [:]
    private var finals: [String: URL] = [:]
    private let lock = NSLock()
    private let saveTo: URL?
    private let folder: URL?
    private let isFolder: Bool

    /// A file's place, or an existing folder for files under the service's names; nil where nothing is saved.
    init(saveTo: URL?) throws {
        var folder: URL?
        var isFolder = false
        if let saveTo = saveTo {
            isFolder = Outputs.isDirectory(saveTo)
            let parent = isFolder ? saveTo : saveTo.deletingLastPathComponent()
            guard Outputs.isDirectory(parent) else {
                let message = "the output cannot be written: there is no folder \(parent.path)"
                throw CloudConvertError(code: .output, message: message)
            }
            folder = parent
        }
        self.saveTo = saveTo
        self.folder = folder
        self.isFolder = isFolder
    }

    static func isDirectory(_ url: URL) -> Bool {
        var answer: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: url.path, isDirectory: &answer)
        return exists && answer.boolValue
    }

    /// The part of this name, cut off at `offset` and positioned there.
    func open(_ name: String, offset: UInt64) throws -> FileHandle {
        let handle = try FileHandle(forUpdating: part(name))
        try handle.truncate(atOffset: offset)
        try handle.seek(toOffset: offset)
        return handle
    }

    private func part(_ name: String) throws -> URL {
        lock.lock()
        defer { lock.unlock() }
        if let part = parts[name] { return part }
        let base = folder ?? FileManager.default.temporaryDirectory
        let part = base.appendingPathComponent(".cloudconvert-\(UUID().uuidString).part")
        guard FileManager.default.createFile(atPath: part.path, contents: nil) else {
            throw CloudConvertError(code: .output, message: "there is no writing in \(base.path)")
        }
        parts[name] = part
        return part
    }

    /// These outputs got their names before the conversion was saved.
    func assume(_ names: [String]) {
        lock.lock()
        defer { lock.unlock() }
        guard let saveTo = saveTo else { return }
        for name in names {
            finals[name] = isFolder ? saveTo.appendingPathComponent(name) : saveTo
        }
    }

    /// Gives parts that are whole their final names.
    func keep(_ names: [String]) throws {
        lock.lock()
        defer { lock.unlock() }
        for name in names where finals[name] == nil {
            guard let part = parts[name], let saveTo = saveTo else {
                throw CloudConvertError(code: .output, message: "the output cannot be written: \(name) is missing")
            }
            let destination = isFolder ? unused(saveTo, name) : saveTo
            // In one step, and never in the place of a folder.
            guard rename(part.path, destination.path) == 0 else {
                let reason = String(cString: strerror(errno))
                throw CloudConvertError(code: .output, message: "the output cannot be written: \(destination.path): \(reason)")
            }
            parts[name] = nil
            finals[name] = destination
        }
    }

    /// Gives everything that was written its final name.
    func keepAll() throws {
        lock.lock()
        let names = Array(parts.keys)
        lock.unlock()
        try keep(names)
    }

    /// Where the files of the finished conversion are.
    func finish(_ files: [OutputFile]) throws -> [URL] {
        try keep(files.map { $0.name })
        lock.lock()
        defer { lock.unlock() }
        return files.compactMap { finals[$0.name] }
    }

    /// Removes what is left of parts.
    func discard() {
        lock.lock()
        defer { lock.unlock() }
        for part in parts.values {
            try? FileManager.default.removeItem(at: part)
        }
        parts.removeAll()
    }

    /// A name that the service chose replaces no file of the user's.
    private func unused(_ folder: URL, _ name: String) -> URL {
        var candidate = folder.appendingPathComponent(name)
        let fileExtension = candidate.pathExtension
        let stem = candidate.deletingPathExtension().lastPathComponent
        var number = 1
        while FileManager.default.fileExists(atPath: candidate.path) {
            let numbered = fileExtension.isEmpty ? "\(stem) (\(number))" : "\(stem) (\(number)).\(fileExtension)"
            candidate = folder.appendingPathComponent(numbered)
            number += 1
        }
        return candidate
    }
}
