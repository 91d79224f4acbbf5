import CloudConvertCore
import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// One request that is out. It ends once: with a whole answer, a failure, or a cancellation.
final class Exchange: @unchecked Sendable {
    let listener: TransferListener
    private let sink: Sink
    private let outputs: Outputs
    private let lock = NSLock()
    private var continuation: CheckedContinuation<CloudConvertCore.Response, Error>?
    private var isOver = false
    private var file: FileHandle?
    private var limit: UInt64?
    private var memory = Data()
    private var received: UInt64 = 0

    init(sink: Sink, outputs: Outputs, listener: TransferListener) {
        self.sink = sink
        self.outputs = outputs
        self.listener = listener
    }

    func begin(_ task: URLSessionTask, _ continuation: CheckedContinuation<CloudConvertCore.Response, Error>) {
        lock.lock()
        defer { lock.unlock() }
        if isOver {
            continuation.resume(throwing: CancellationError())
            return
        }
        self.continuation = continuation
        task.resume()
    }

    func cancel(_ task: URLSessionTask) {
        lock.lock()
        defer { lock.unlock() }
        end(.failure(CancellationError()))
        task.cancel()
    }

    /// The head of the answer has come.
    func begin(_ response: URLResponse) {
        if case .file = sink, let head = head(of: response) {
            listener.begun(head)
        }
    }

    private func head(of response: URLResponse?) -> CloudConvertCore.Response? {
        guard let response = response as? HTTPURLResponse else { return nil }
        let headers = response.allHeaderFields.map { name, value in
            Header(name: String(describing: name), value: String(describing: value))
        }
        return Response(status: UInt16(clamping: response.statusCode), headers: headers, body: Data(), received: 0)
    }

    func receive(_ data: Data, _ task: URLSessionTask) {
        // Told without the lock, because the listener may cancel.
        if let length = keep(data, task) {
            listener.received(length)
        }
    }

    /// Takes up a part of the answer. Gives the length of the file, if it went into one.
    private func keep(_ data: Data, _ task: URLSessionTask) -> UInt64? {
        lock.lock()
        defer { lock.unlock() }
        if isOver { return nil }
        do {
            try place(task)
            if let file = file {
                try writing { try file.write(contentsOf: data) }
                received += UInt64(data.count)
                return received
            }
            let limit = Int(clamping: self.limit ?? 0)
            memory.append(data.prefix(limit - memory.count))
            if memory.count >= limit {
                // The rest is ignored.
                try answer(task)
                task.cancel()
            }
        } catch {
            end(.failure(error))
            task.cancel()
        }
        return nil
    }

    func complete(_ task: URLSessionTask, _ error: Error?) {
        lock.lock()
        defer { lock.unlock() }
        if isOver { return }
        do {
            guard error == nil else {
                throw NoAnswer(reason: reason(error, sent: task.countOfBytesSent), cause: error)
            }
            // An empty file has no data, but a place.
            try place(task)
            try answer(task)
        } catch {
            end(.failure(error))
        }
    }

    /// Ends with what has come.
    private func answer(_ task: URLSessionTask) throws {
        guard let head = head(of: task.response) else {
            throw NoAnswer(reason: .connection)
        }
        let length = file == nil ? 0 : received
        end(.success(Response(status: head.status, headers: head.headers, body: memory, received: length)))
    }

    /// Asks, once, where the answer goes.
    private func place(_ task: URLSessionTask) throws {
        if file != nil || limit != nil { return }
        guard let head = head(of: task.response) else {
            throw NoAnswer(reason: .connection)
        }
        switch CloudConvertCore.bodyTarget(sink: sink, response: head) {
        case .memory(let limit):
            self.limit = limit
        case .file(let offset):
            guard case .file(let name, _, _) = sink else { return }
            file = try writing { try outputs.open(name, offset: offset) }
            received = offset
        }
    }

    private func writing<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch {
            throw NoAnswer(reason: .sink(why: error.localizedDescription), cause: error)
        }
    }

    private func end(_ result: Result<CloudConvertCore.Response, Error>) {
        if isOver { return }
        isOver = true
        try? file?.close()
        continuation?.resume(with: result)
        continuation = nil
    }
}

/// Why there is no answer, after so many bytes of a body. Some failures cannot pass by themselves.
private func reason(_ error: (any Error)?, sent: Int64) -> Reason {
    guard let error = error as? URLError else { return .connection }
    switch error.code {
    case .serverCertificateUntrusted, .serverCertificateHasBadDate, .serverCertificateHasUnknownRoot,
        .serverCertificateNotYetValid:
        let hint = "if it is your own, install it as trusted on this device"
        return .permanent(why: "its certificate is refused: \(error.localizedDescription); \(hint)")
    case .clientCertificateRejected, .clientCertificateRequired:
        let hint = "give a session that has it"
        return .permanent(why: "it wants another certificate of this client: \(error.localizedDescription); \(hint)")
    case .badURL, .unsupportedURL:
        return .permanent(why: "its address is not valid: \(error.localizedDescription); check the base URL")
    case .cannotFindHost, .dnsLookupFailed, .cannotConnectToHost, .secureConnectionFailed, .notConnectedToInternet:
        // Elsewhere than on Apple's systems an address that refused is told even where another one of the same host took it.
        return sent == 0 ? .unreached : .connection
    default:
        return .connection
    }
}
