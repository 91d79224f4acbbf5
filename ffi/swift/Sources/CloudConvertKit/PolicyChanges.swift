import Foundation

/// What is another where a saved conversion goes on. What is nil stays as it was.
public struct PolicyChanges: Sendable {
    /// How many requests may be repeated after failures from now on. Nil for that of the client.
    public var retries: Int?
    /// How often the service may ask to slow down from now on. Nil for that of the client.
    public var throttles: Int?
    /// How many seconds the rest may take. Nil for that of the client.
    public var deadline: TimeInterval?
    /// How many seconds a request that moves no file may stay without an answer. Nil for that of the client.
    public var requestTimeout: TimeInterval?
    /// How the input is sent. Version 1 of the API.
    public var upload: Policy.UploadMethod?
    /// What is downloaded. It may change as long as no output has its name. Write `Policy.Download.none` in full: a `.none` alone
    /// is nil.
    public var download: Policy.Download?
    /// Whether the process is deleted at its end.
    public var delete: Bool?
    /// How the end is waited for.
    public var watch: Policy.Watch?

    /// All may be left out: `PolicyChanges(deadline: 60)`.
    public init(
        retries: Int? = nil, throttles: Int? = nil, deadline: TimeInterval? = nil, requestTimeout: TimeInterval? = nil,
        upload: Policy.UploadMethod? = nil, download: Policy.Download? = nil, delete: Bool? = nil, watch: Policy.Watch? = nil
    ) {
        self.retries = retries
        self.throttles = throttles
        self.deadline = deadline
        self.requestTimeout = requestTimeout
        self.upload = upload
        self.download = download
        self.delete = delete
        self.watch = watch
    }

    /// What changes, as the core reads it, with the client's own for what is nil.
    func members(_ observers: Observers, standard: PolicyChanges) -> JSONValue {
        .object([
            "retries": JSONValue(retries ?? standard.retries),
            "throttles": JSONValue(throttles ?? standard.throttles),
            "deadline": JSONValue(milliseconds: deadline ?? standard.deadline),
            "request_timeout": JSONValue(milliseconds: requestTimeout ?? standard.requestTimeout),
            "upload": JSONValue(upload?.rawValue),
            "download": JSONValue(download?.rawValue),
            "delete": delete.map { .bool($0) } ?? .null,
            "watch": JSONValue(watch?.rawValue),
            "observed": .bool(observers.onProgress != nil),
        ])
    }
}
