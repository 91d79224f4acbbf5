import CloudConvertCore
import Foundation

/// What stands at a path. A link that is not followed is as a file.
func present(at url: URL, followsLinks: Bool = true) -> Present {
    var facts = stat()
    let found = followsLinks ? stat(url.path, &facts) : lstat(url.path, &facts)
    guard found == 0 else { return .nothing }
    switch UInt32(facts.st_mode) & 0o170000 {
    case 0o100000, 0o120000: return .file
    case 0o040000: return .folder
    // A pipe, and a device of characters.
    case 0o010000, 0o020000: return .stream
    default: return .other
    }
}

/// What the core has to know of the path that the user named for outputs.
func whereTo(_ url: URL?) -> JSONValue {
    guard let url = url else { return .null }
    let names: [Present: String] = [.nothing: "nothing", .file: "file", .folder: "folder", .stream: "stream", .other: "other"]
    return [
        "path": .string(url.hasDirectoryPath ? url.path + "/" : url.path),
        "present": JSONValue(names[present(at: url)]),
        "has_parent": .bool(present(at: url.deletingLastPathComponent()) == .folder),
    ]
}

/// After how many nanoseconds it is asked again whether a pipe is read.
private let again: UInt64 = 20_000_000

/// Writes a file into a pipe or a device. A pipe waits for its reader, until the task is cancelled.
func pour(_ file: URL, into stream: URL) async throws {
    let content = try FileHandle(forReadingFrom: file)
    defer { try? content.close() }
    // One that is not read would hold up its thread, if it were opened as a file is.
    var descriptor = open(stream.path, O_WRONLY | O_NONBLOCK | O_NOCTTY)
    while descriptor < 0 && errno == ENXIO {
        try await Task.sleep(nanoseconds: again)
        descriptor = open(stream.path, O_WRONLY | O_NONBLOCK | O_NOCTTY)
    }
    guard descriptor >= 0 else { throw unwritable(stream) }
    defer { close(descriptor) }
    while let chunk = try content.read(upToCount: 1 << 16), !chunk.isEmpty {
        var rest = chunk[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { writeQuietly(descriptor, $0) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else {
                guard errno == EAGAIN || errno == EINTR else { throw unwritable(stream) }
                try await Task.sleep(nanoseconds: again)
            }
        }
    }
}

/// Writes, without the signal that ends the program where nothing reads any more.
private func writeQuietly(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Darwin)
        _ = fcntl(descriptor, F_SETNOSIGPIPE, 1)
        return write(descriptor, bytes.baseAddress, bytes.count)
    #else
        var broken = sigset_t()
        var former = sigset_t()
        sigemptyset(&broken)
        sigaddset(&broken, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &broken, &former)
        defer { pthread_sigmask(SIG_SETMASK, &former, nil) }
        let count = write(descriptor, bytes.baseAddress, bytes.count)
        if count < 0 && errno == EPIPE {
            var none = timespec()
            _ = sigtimedwait(&broken, nil, &none)
            errno = EPIPE
        }
        return count
    #endif
}

private func unwritable(_ url: URL) -> CloudConvertError {
    let reason = String(cString: strerror(errno))
    return CloudConvertError(code: .output, message: "the output cannot be written: \(url.path): \(reason); name another path")
}
