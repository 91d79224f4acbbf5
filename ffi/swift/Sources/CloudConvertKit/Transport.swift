import CloudConvertCore
import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// What a transport tells while it sends and receives.
struct TransferListener: Sendable {
    /// The head of an answer that goes into a file.
    let begun: @Sendable (CloudConvertCore.Response) -> Void
    /// Bytes of the body sent, in total.
    let sent: @Sendable (UInt64) -> Void
    /// How long the file is.
    let received: @Sendable (UInt64) -> Void
}

/// There is no answer, for this reason.
struct NoAnswer: Error {
    let reason: Reason
    var cause: (any Error)?
}

/// `URLSession` without its own redirects, caches, cookies and timeouts. The machine decides these.
final class Transport: @unchecked Sendable {
    private let session: URLSession
    private let router: Router

    init(_ configuration: URLSessionConfiguration) {
        let router = Router()
        configuration.urlCache = nil
        configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
        configuration.httpShouldSetCookies = false
        configuration.httpCookieAcceptPolicy = .never
        configuration.timeoutIntervalForRequest = 3600
        configuration.timeoutIntervalForResource = 7 * 24 * 3600
        self.router = router
        session = URLSession(configuration: configuration, delegate: router, delegateQueue: nil)
    }

    deinit {
        session.finishTasksAndInvalidate()
    }

    /// Sends a request exactly as it stands and gives the whole answer. Throws `NoAnswer`, or `CancellationError`.
    func send(
        _ request: CloudConvertCore.Request, files: [Source.Upload], outputs: Outputs, listener: TransferListener
    ) async throws -> CloudConvertCore.Response {
        try Task.checkCancellation()
        let body: RequestBody
        do {
            body = try RequestBody(request.pieces, files)
        } catch {
            throw NoAnswer(reason: .input(why: error.localizedDescription), cause: error)
        }
        defer { body.remove() }
        let task = try makeTask(request, body)
        let exchange = Exchange(sink: request.sink, outputs: outputs, listener: listener)
        router.add(exchange, for: task)
        defer { router.remove(task) }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                exchange.begin(task, continuation)
            }
        } onCancel: {
            exchange.cancel(task)
        }
    }

    private func makeTask(_ request: CloudConvertCore.Request, _ body: RequestBody) throws -> URLSessionTask {
        guard let url = exact(request.url) else {
            throw NoAnswer(reason: .permanent(why: "its address is not valid"))
        }
        var http = URLRequest(url: url)
        http.httpMethod = request.method
        http.timeoutInterval = 3600
        // What is announced and counted is the file itself, never a compressed form of it.
        http.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
        for header in request.headers {
            http.setValue(header.value, forHTTPHeaderField: header.name)
        }
        switch body {
        case .none:
            return session.dataTask(with: http)
        case .data(let data):
            return session.uploadTask(with: http, from: data)
        case .file(let file), .temporary(let file):
            return session.uploadTask(with: http, fromFile: file)
        }
    }
}

/// The URL of a text. Foundation would encode all of it anew, `%` included, where one character is not allowed, such as the
/// brackets of `filter[tag]=a%20b`: so these are encoded before.
func exact(_ text: String) -> URL? {
    let scheme = text.range(of: "://")?.upperBound ?? text.startIndex
    let path = text[scheme...].firstIndex { "/?#".contains($0) } ?? text.endIndex
    let allowed = CharacterSet(charactersIn: "-._~:/?#@!$&'()*+,;=%").union(alphanumerics)
    return URL(string: text[..<path] + (text[path...].addingPercentEncoding(withAllowedCharacters: allowed) ?? ""))
}

private let alphanumerics = CharacterSet(charactersIn: "a"..."z").union(CharacterSet(charactersIn: "A"..."Z"))
    .union(CharacterSet(charactersIn: "0"..."9"))

/// Hands what a session tells to the exchange of each task.
private final class Router: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    private var exchanges: [Int: Exchange] = [:]
    private let lock = NSLock()

    func add(_ exchange: Exchange, for task: URLSessionTask) {
        lock.lock()
        defer { lock.unlock() }
        exchanges[task.taskIdentifier] = exchange
    }

    func remove(_ task: URLSessionTask) {
        lock.lock()
        defer { lock.unlock() }
        exchanges[task.taskIdentifier] = nil
    }

    private func exchange(_ task: URLSessionTask) -> Exchange? {
        lock.lock()
        defer { lock.unlock() }
        return exchanges[task.taskIdentifier]
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didSendBodyData bytesSent: Int64, totalBytesSent: Int64,
        totalBytesExpectedToSend: Int64
    ) {
        exchange(task)?.listener.sent(UInt64(max(0, totalBytesSent)))
    }

    /// A redirect is an answer like others: the machine decides whether it is followed.
    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        exchange(dataTask)?.begin(response)
        completionHandler(.allow)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        exchange(dataTask)?.receive(data, dataTask)
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: Error?) {
        exchange(task)?.complete(task, error)
    }
}

/// One request that is out. It ends once: with a whole answer, a failure, or a cancellation.
private final class Exchange: @unchecked Sendable {
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
                throw NoAnswer(reason: reason(error), cause: error)
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

/// Why there is no answer. Some failures cannot pass by themselves.
private func reason(_ error: (any Error)?) -> Reason {
    guard let error = error as? URLError else { return .connection }
    switch error.code {
    case .serverCertificateUntrusted, .serverCertificateHasBadDate, .serverCertificateHasUnknownRoot,
        .serverCertificateNotYetValid:
        let hint = "if it is your own, install it as trusted on this device"
        return .permanent(why: "its certificate is refused: \(error.localizedDescription); \(hint)")
    case .clientCertificateRejected, .clientCertificateRequired:
        return .permanent(why: "it wants another certificate of this client: \(error.localizedDescription)")
    case .badURL, .unsupportedURL:
        return .permanent(why: "its address is not valid: \(error.localizedDescription)")
    default:
        return .connection
    }
}
