import CloudConvertCore
import Foundation

/// The body of a request, as `URLSession` can send it without holding a file in memory.
enum RequestBody {
    case none
    case data(Data)
    /// A file as it is.
    case file(URL)
    /// A copy with framing around it, to be removed afterwards.
    case temporary(URL)

    init(_ pieces: [Piece], _ files: [Source.Upload]) throws {
        if pieces.isEmpty {
            self = .none
            return
        }
        if pieces.count == 1, case .file(let index) = pieces[0] {
            switch files[Int(index)] {
            case .file(let url, _): self = .file(url)
            case .data(let data, _): self = .data(data)
            }
            return
        }
        var bytes = Data()
        for piece in pieces {
            guard case .bytes(let part) = piece else {
                self = .temporary(try RequestBody.framed(pieces, files))
                return
            }
            bytes.append(part)
        }
        self = .data(bytes)
    }

    /// How many bytes it has, if that can be told.
    var size: UInt64? {
        switch self {
        case .none: return 0
        case .data(let data): return UInt64(data.count)
        case .file(let url), .temporary(let url):
            guard let file = try? FileHandle(forReadingFrom: url) else { return nil }
            defer { try? file.close() }
            return try? file.seekToEnd()
        }
    }

    func remove() {
        if case .temporary(let url) = self {
            try? FileManager.default.removeItem(at: url)
        }
    }

    /// Writes the pieces in their order.
    private static func framed(_ pieces: [Piece], _ files: [Source.Upload]) throws -> URL {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("cloudconvert-\(UUID().uuidString).upload")
        guard FileManager.default.createFile(atPath: url.path, contents: nil) else {
            throw CloudConvertError(code: .input, message: "the upload cannot be prepared: no file can be created in \(url.deletingLastPathComponent().path); check its rights and the free space")
        }
        do {
            let out = try FileHandle(forWritingTo: url)
            for piece in pieces {
                switch piece {
                case .bytes(let bytes):
                    try out.write(contentsOf: bytes)
                case .file(let index):
                    switch files[Int(index)] {
                    case .data(let data, _): try out.write(contentsOf: data)
                    case .file(let source, _): try copy(source, to: out)
                    }
                }
            }
            try out.close()
            return url
        } catch {
            try? FileManager.default.removeItem(at: url)
            throw error
        }
    }

    private static func copy(_ source: URL, to out: FileHandle) throws {
        let input = try FileHandle(forReadingFrom: source)
        defer { try? input.close() }
        while let chunk = try input.read(upToCount: 1 << 18), !chunk.isEmpty {
            try out.write(contentsOf: chunk)
        }
    }
}
