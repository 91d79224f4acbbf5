import Foundation

/// A JSON value, for the options whose shape depends on the converter: `["quality": 80, "strip": true]`.
public enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])
}

extension JSONValue: Codable {
    public init(from decoder: Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .int(value)
        } else if let value = try? container.decode(Double.self) {
            self = .double(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    public func encode(to encoder: Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .int(let value): try container.encode(value)
        case .double(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(nilLiteral: ()) { self = .null }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int) { self = .int(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(stringLiteral value: String) { self = .string(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
    }
}

/// Options as the core reads them; what is null is left out.
func jsonText(_ members: [String: JSONValue]) throws -> String {
    try JSONValue.object(members.filter { $0.value != .null }).text()
}

extension JSONValue {
    func text() throws -> String {
        String(decoding: try JSONEncoder().encode(self), as: UTF8.self)
    }

    /// A text, or null for none.
    init(_ text: String?) {
        if let text = text { self = .string(text) } else { self = .null }
    }

    /// Texts, or null for none.
    init(_ texts: [String]) {
        self = texts.isEmpty ? .null : .array(texts.map { .string($0) })
    }

    /// Seconds as the core counts them, or null for none. What is no time is passed on as it is written, for the core to refuse.
    init(milliseconds seconds: TimeInterval?) {
        guard let seconds = seconds else { self = .null; return }
        self = Int(exactly: (seconds * 1000).rounded(.up)).map { .int($0) } ?? .string("\(seconds)")
    }

    /// A number, or null for none.
    init(_ number: Int?) {
        if let number = number { self = .int(number) } else { self = .null }
    }
}
