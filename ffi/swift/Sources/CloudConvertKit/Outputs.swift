import CloudConvertCore
import Foundation

/// The files of one conversion: parts beside their final places until all of them are whole.
final class Outputs: @unchecked Sendable {
    /// Where parts are, by the names that the core gives them, in the order in which they came.
    private var parts: [(name: String, url: URL)] = []
    private var finals: [String: URL] = [:]
    private var contents: [String: Data] = [:]
    private let lock = NSLock()
    private let saveTo: URL?
    private let folder: URL?
    private let isFolder: Bool
    private let overwrites: Bool

    /// - Parameters:
    ///   - saveTo: A file, or a folder for files under the service's names; nil for memory.
    ///   - policy: Each of many files needs a folder, which is created with its first file.
    init(saveTo: URL?, policy: Policy = Policy()) throws {
        var folder: URL?
        var isFolder = false
        if let saveTo = saveTo {
            let isEach = policy.download == .each || saveTo.hasDirectoryPath
            isFolder = isEach || Outputs.isDirectory(saveTo)
            folder = isFolder ? saveTo : saveTo.deletingLastPathComponent()
            if isEach && !Outputs.isDirectory(saveTo) && FileManager.default.fileExists(atPath: saveTo.path) {
                let message = "`saveTo` is a file, and has to be a folder: \(saveTo.path). Name another path, or download `whole`"
                throw CloudConvertError(code: .badRequest, message: message)
            }
            if let folder = folder, !isEach, !Outputs.isDirectory(folder) {
                let message = "the output cannot be written: there is no folder \(folder.path). Create it first"
                throw CloudConvertError(code: .output, message: message)
            }
        }
        self.saveTo = saveTo
        self.folder = folder
        self.isFolder = isFolder
        overwrites = policy.overwrite
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
        if let part = parts.first(where: { $0.name == name }) { return part.url }
        let base = folder ?? FileManager.default.temporaryDirectory
        try FileManager.default.createDirectory(at: base, withIntermediateDirectories: true)
        let part = base.appendingPathComponent(".cloudconvert-\(UUID().uuidString).part")
        guard FileManager.default.createFile(atPath: part.path, contents: nil) else {
            throw CloudConvertError(code: .output, message: "the output cannot be written: no file can be created in \(base.path); check its rights and the free space")
        }
        parts.append((name, part))
        return part
    }

    /// These outputs got their names before the conversion was saved: `named`, or their own.
    func assume(_ names: [String], named: [String: String]) {
        lock.lock()
        defer { lock.unlock() }
        guard let saveTo = saveTo else { return }
        for name in names { finals[name] = isFolder ? saveTo.appendingPathComponent(named[name] ?? name) : saveTo }
    }

    /// Writes the parts to the disk: all of them are whole. Tells by what the files are known again that will replace nothing.
    func flush() throws -> [String: String] {
        lock.lock()
        defer { lock.unlock() }
        var marks: [String: String] = [:]
        for (name, part) in parts {
            if saveTo != nil { try Outputs.flush(part) }
            if isFolder && !overwrites { marks[name] = Outputs.mark(of: part) }
        }
        return marks
    }

    /// Gives the parts their final names, and tells each.
    ///
    /// - Parameter isOutput: Knows an output by the mark of a file that an earlier program named.
    func keep(_ isOutput: (String, String) -> Bool, named: (String, String) -> Void) throws {
        lock.lock()
        defer { lock.unlock() }
        while let (name, part) = parts.first {
            guard let saveTo = saveTo else {
                contents[name] = try Outputs.load(part)
                parts.removeFirst()
                continue
            }
            let path = try place(part, name, saveTo, isOutput)
            finals[name] = path
            parts.removeFirst()
            named(name, path.lastPathComponent)
        }
        // The names survive a power failure too, where the system lets folders be flushed.
        if let folder = folder { try? Outputs.flush(folder) }
    }

    /// Takes a part into memory.
    private static func load(_ part: URL) throws -> Data {
        defer { unlink(part.path) }
        do {
            return try Data(contentsOf: part)
        } catch {
            let message = "\(unwritten)it does not fit into memory: name a file or a folder as `saveTo`"
            throw CloudConvertError(code: .output, message: message, underlyingError: error)
        }
    }

    /// By what a file is known again under whatever name: its number, when it was written, its length.
    private static func mark(of file: URL) -> String? {
        guard let facts = try? FileManager.default.attributesOfItem(atPath: file.path),
            let number = facts[.systemFileNumber] as? NSNumber, let written = facts[.modificationDate] as? Date,
            let size = facts[.size] as? NSNumber
        else { return nil }
        return "\(number) \(written.timeIntervalSince1970) \(size)"
    }

    private static func flush(_ url: URL) throws {
        let handle = try FileHandle(forReadingFrom: url)
        defer { try? handle.close() }
        try handle.synchronize()
    }

    /// A path that the user named is replaced in one step. A name that the service chose replaces nothing.
    private func place(
        _ part: URL, _ name: String, _ saveTo: URL, _ isOutput: (String, String) -> Bool
    ) throws -> URL {
        if !isFolder && !finals.isEmpty {
            throw CloudConvertError(code: .output, message: "\(Outputs.unwritten)there are several outputs: `saveTo` has to be a folder")
        }
        let wanted = isFolder ? saveTo.appendingPathComponent(name) : saveTo
        if !isFolder || overwrites {
            // Never in the place of a folder.
            guard rename(part.path, wanted.path) == 0 else { throw Outputs.failure(wanted) }
            return wanted
        }
        var (candidate, taken) = (wanted, UInt32(0))
        while !(try Outputs.move(part, toNew: candidate)) {
            if let mark = Outputs.mark(of: candidate), isOutput(name, mark) {
                // This output stands here already, so the part goes.
                unlink(part.path)
                break
            }
            taken += 1
            candidate = saveTo.appendingPathComponent(numberedName(name: name, taken: taken))
        }
        return candidate
    }

    /// Moves a file, and says whether the name was free. A link takes a name in one step, where the file system has links.
    private static func move(_ part: URL, toNew name: URL) throws -> Bool {
        if link(part.path, name.path) == 0 {
            unlink(part.path)
            return true
        }
        if errno == EEXIST || FileManager.default.fileExists(atPath: name.path) { return false }
        guard rename(part.path, name.path) == 0 else { throw failure(name) }
        return true
    }

    private static let unwritten = "the output cannot be written: "

    private static func failure(_ url: URL) -> CloudConvertError {
        let reason = String(cString: strerror(errno))
        return CloudConvertError(code: .output, message: "\(unwritten)\(url.path): \(reason)")
    }

    /// Why an output has not got its name, for the machine, which says itself that it is about the output.
    static func reason(_ error: any Error) -> String {
        guard let error = error as? CloudConvertError else { return error.localizedDescription }
        return error.message.hasPrefix(unwritten) ? String(error.message.dropFirst(unwritten.count)) : error.message
    }

    /// Where the files of the finished conversion are.
    func of(_ files: [OutputFile]) -> [URL] {
        lock.lock()
        defer { lock.unlock() }
        return files.compactMap { finals[$0.name] }
    }

    /// The files of the finished conversion that are in memory.
    func inMemory(_ files: [OutputFile]) -> [Content] {
        lock.lock()
        defer { lock.unlock() }
        return files.compactMap { file in contents[file.name].map { Content(name: file.name, data: $0) } }
    }

    /// Whether they are gone with this program.
    var areInMemory: Bool { saveTo == nil }

    /// Removes what is left of parts.
    func discard() {
        lock.lock()
        defer { lock.unlock() }
        for part in parts {
            try? FileManager.default.removeItem(at: part.url)
        }
        parts.removeAll()
    }
}
