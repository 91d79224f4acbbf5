import Foundation

/// A JSON text that keeps the order of its members: forms are sent in the order in which the service told their fields.
struct RawJSON {
    private let bytes: ArraySlice<UInt8>

    init(_ data: Data) {
        bytes = [UInt8](data)[...]
    }

    private init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The value of a member of an object; nil where there is none.
    subscript(name: String) -> RawJSON? {
        parts.first { $0.name == name }?.value
    }

    /// The items of an array.
    var items: [RawJSON] { parts.map { $0.value } }

    /// The members of an object, or the items of an array, which have no names.
    private var parts: [(name: String?, value: RawJSON)] {
        var (parts, depth, isText, isEscaped): ([(String?, RawJSON)], Int, Bool, Bool) = ([], 0, false, false)
        var (begin, name): (Int, String?) = (bytes.startIndex, nil)
        for (at, byte) in zip(bytes.indices, bytes) {
            if isText {
                if byte == UInt8(ascii: "\""), !isEscaped { isText = false }
                isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
                continue
            }
            switch byte {
            case UInt8(ascii: "\""):
                isText = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                if depth == 1 { begin = at + 1 }
            case UInt8(ascii: ":") where depth == 1:
                name = try? JSONDecoder().decode(String.self, from: Data(bytes[begin..<at]))
                begin = at + 1
            case UInt8(ascii: ",") where depth == 1:
                parts.append((name, RawJSON(bytes[begin..<at])))
                (begin, name) = (at + 1, nil)
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { parts.append((name, RawJSON(bytes[begin..<at]))) }
            default:
                break
            }
        }
        return parts
    }
}
