import CloudConvertCore
import Foundation

/// The files of one conversion: parts beside their final places until all of them are whole.
final class Outputs: @unchecked Sendable {
    /// Where parts are, by the names that the core gives them, in the order in which they came.
    private var parts: [(name: String, url: URL)] = []
    private var finals: [String: URL] = [:]
    private var contents: [String: Data] = [:]
    private let lock = NSLock()
    /// What the user named, and what the core says that it means.
    private let saveTo: URL?
    private let meaning: SaveTo?
    /// The same as `saveTo`, or the file that a link of this name leads to: the link stays.
    private let place: URL?
    /// Where names are given.
    private let folder: URL?
    private let overwrites: Bool

    /// - Parameters:
    ///   - path: What the user named; nil for memory.
    ///   - meaning: What the core says that it means.
    ///   - overwrites: Whether a file in a folder is replaced.
    init(_ path: URL? = nil, _ meaning: SaveTo? = nil, overwrites: Bool = false) throws {
        saveTo = path
        self.meaning = meaning
        self.overwrites = overwrites
        switch (path, meaning) {
        case (.some(let path), .some(.folder(let make))):
            (place, folder) = (path, path)
            if make {
                do {
                    try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
                } catch {
                    let message = "\(Outputs.unwritten)\(path.path): \(error.localizedDescription); name another path"
                    throw CloudConvertError(code: .output, message: message, underlyingError: error)
                }
            }
        case (.some(let path), .some(.file)):
            let file = path.resolvingSymlinksInPath()
            (place, folder) = (file, file.deletingLastPathComponent())
        default:
            (place, folder) = (path, nil)
        }
        // Nothing is asked for, and paid, that could not be kept.
        if let target = folder ?? place, access(target.path, W_OK) != 0 {
            let reason = String(cString: strerror(errno))
            let message = "\(Outputs.unwritten)\(target.path): \(reason); check its rights, or name another path"
            throw CloudConvertError(code: .output, message: message)
        }
    }

    private var isFolder: Bool {
        if case .some(.folder) = meaning { return true }
        return false
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
            guard let place = place else {
                contents[name] = try Outputs.load(part)
                parts.removeFirst()
                continue
            }
            let path = try put(part, name, place, isOutput)
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

    /// Puts a part where it is to be, and says where that is.
    private func put(_ part: URL, _ name: String, _ place: URL, _ isOutput: (String, String) -> Bool) throws -> URL {
        guard isFolder else {
            guard rename(part.path, place.path) == 0 else { throw Outputs.failure(place) }
            return saveTo ?? place
        }
        var taken = UInt32(0)
        while true {
            let candidate = place.appendingPathComponent(numberedName(name: name, taken: taken))
            if overwrites {
                if givesWay(present: present(at: candidate, followsLinks: false), overwrite: true) {
                    guard rename(part.path, candidate.path) == 0 else { throw Outputs.failure(candidate) }
                    return candidate
                }
            } else if try Outputs.move(part, toNew: candidate) {
                return candidate
            } else if let mark = Outputs.mark(of: candidate), isOutput(name, mark) {
                // This output stands here already, so the part goes.
                unlink(part.path)
                return candidate
            }
            taken += 1
        }
    }

    /// Writes what has come into the pipe or the device that the user named, and tells it.
    func pour(named: @Sendable (String, String) -> Void) async throws {
        guard case .some(.stream) = meaning, let stream = place, let (name, part) = first() else { return }
        try await CloudConvertKit.pour(part, into: stream)
        poured(name, stream)
        named(name, stream.lastPathComponent)
    }

    private func first() -> (String, URL)? {
        lock.lock()
        defer { lock.unlock() }
        return parts.first.map { ($0.name, $0.url) }
    }

    private func poured(_ name: String, _ stream: URL) {
        lock.lock()
        defer { lock.unlock() }
        finals[name] = stream
        unlink(parts.removeFirst().url.path)
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
