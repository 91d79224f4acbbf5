import Foundation

/// The account that a key belongs to (version 2 of the API).
public struct Account: Decodable, Equatable, Sendable {
    /// Its ID, its name and its address.
    public let id, username, email: String?
    /// How many credits are left.
    public let credits: Double?
    /// All that the service says about it.
    public let entry: JSONValue
}

/// Something that the service does with files (version 2 of the API).
public struct OfferedOperation: Decodable, Equatable, Sendable {
    /// Its name, such as `convert`.
    public let operation: String
    /// The formats.
    public let from, to: String?
    /// What does it.
    public let engine: String?
    /// How many credits it takes at least.
    public let credits: Double?
    /// All that the service says about it, with its options where they were asked for.
    public let entry: JSONValue
}

/// A part of a job (version 2 of the API).
public struct JobTask: Decodable, Equatable, Sendable {
    /// Its ID.
    public let id: String
    /// The ID of its job; nil of one that was repeated.
    public let job: String?
    /// Its name in the job.
    public let name: String?
    /// What it does, such as `convert`.
    public let operation: String?
    /// `waiting`, `processing`, `finished`, `error`, or one that comes later.
    public let status: String?
    /// Why it failed, in one word of the service's.
    public let code: String?
    /// What the service says.
    public let message: String
    /// What came out.
    public let files: [File]
    /// All that the service says about it. It holds signed URLs.
    public let entry: JSONValue

    /// A file that came out of a task.
    public struct File: Decodable, Equatable, Sendable {
        /// Its name.
        public let name: String
        /// Its size in bytes.
        public let size: UInt64?
        /// Where it is for a day. Whoever has it can read the file.
        public let url: URL?
    }
}

/// What is signed is not shown.
extension JobTask: CustomStringConvertible {
    public var description: String { "JobTask(\(id), \(operation ?? "?"), \(status ?? "?"))" }
}

/// What is signed is not shown.
extension JobTask.File: CustomStringConvertible {
    public var description: String { "File(\(name))" }
}

/// A URL that the service calls when a job of the account begins or ends (version 2 of the API).
public struct AccountWebhook: Decodable, Equatable, Sendable {
    /// Its ID.
    public let id: String
    /// What is called.
    public let url: URL?
    /// When it is called.
    public let events: [String]
    /// Whether the service has given it up.
    public let isDisabled: Bool
    /// Whether its last calls failed.
    public let isFailing: Bool
    /// What the service signs its calls with. It is only told when the webhook is created.
    public let secret: String?
    /// The whole entry, as the service wrote it.
    public let entry: JSONValue

    private enum CodingKeys: String, CodingKey {
        case id, url, events, secret, entry
        case isDisabled = "disabled"
        case isFailing = "failing"
    }

    public init(from decoder: Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        id = try members.decode(String.self, forKey: .id)
        url = try members.decodeIfPresent(URL.self, forKey: .url)
        events = try members.decodeIfPresent([String].self, forKey: .events) ?? []
        isDisabled = try members.decodeIfPresent(Bool.self, forKey: .isDisabled) ?? false
        isFailing = try members.decodeIfPresent(Bool.self, forKey: .isFailing) ?? false
        secret = try members.decodeIfPresent(String.self, forKey: .secret)
        entry = try members.decodeIfPresent(JSONValue.self, forKey: .entry) ?? .object([:])
    }
}

/// The secret is not shown.
extension AccountWebhook: CustomStringConvertible {
    public var description: String { "AccountWebhook(\(id))" }
}
