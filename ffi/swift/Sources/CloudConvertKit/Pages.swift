import CloudConvertCore
import Foundation

/// The entries of a list. Each reading asks anew, and asks for the next page when it gets there.
public struct Pages<Element: Sendable>: AsyncSequence, Sendable {
    fileprivate typealias Wish = [String: JSONValue]
    fileprivate let first: Wish
    fileprivate let page: @Sendable (Wish) async throws -> (entries: [Element], next: Wish?)

    /// Gives one entry after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var wish: Wish?
        fileprivate let page: @Sendable (Wish) async throws -> (entries: [Element], next: Wish?)
        private var entries: ArraySlice<Element> = []

        fileprivate init(_ pages: Pages) {
            (wish, page) = (pages.first, pages.page)
        }

        public mutating func next() async throws -> Element? {
            while true {
                if let entry = entries.popFirst() { return entry }
                guard let asked = wish else { return nil }
                let read = try await page(asked)
                (entries, wish) = (read.entries[...], read.next)
            }
        }
    }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(self)
    }
}

extension CloudConvert {
    func pages<Entry: Decodable>(_ name: String, _ wish: [String: JSONValue]) -> Pages<Entry> {
        Pages(first: wish) { wish in
            let reply = try await call(wish)
            guard case .object(let members) = reply.json, case .object(let next)? = members["next"] else {
                return (try reply.entries(name), nil)
            }
            return (try reply.entries(name), next)
        }
    }

    func call(
        _ wish: [String: JSONValue], at url: URL? = nil, saveTo: URL? = nil, overwrite: Bool = false
    ) async throws -> Reply {
        var members = wish.filter { $0.value != .null }
        if let url = url { members["url"] = .string(url.absoluteString) }
        let made = try machine([
            "call": .object(members),
            "policy": standard.members(Observers(), standard: standard),
            "save_to": whereTo(saveTo),
        ], at: url)
        let run = self.run(made, try Outputs(saveTo, made.saveTo(), overwrites: overwrite))
        defer { run.outputs.discard() }
        return try Reply(try await Driver(run).drive().reply(run.failure))
    }
}

/// What a call was answered with.
struct Reply {
    private let data: Data
    let json: JSONValue

    init(_ text: String) throws {
        data = Data(text.utf8)
        json = try JSONDecoder().decode(JSONValue.self, from: data)
    }

    func read<Value: Decodable>() throws -> Value {
        try JSONDecoder().decode(Value.self, from: data)
    }

    /// The member of this name: a list.
    func entries<Entry: Decodable>(_ name: String) throws -> [Entry] {
        guard case .object(let members) = json, let list = members[name] else { return [] }
        return try JSONDecoder().decode([Entry].self, from: try JSONEncoder().encode(list))
    }
}
