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

/// Performs one request at a time. It decides nothing.
protocol Transport: Sendable {
    /// Sends a request exactly as it stands and gives the whole answer. Throws `NoAnswer`, or `CancellationError`.
    func send(
        _ request: CloudConvertCore.Request, files: [Source.Upload], outputs: Outputs, listener: TransferListener
    ) async throws -> CloudConvertCore.Response
}

/// `URLSession` without its own redirects, caches, cookies and timeouts. The machine decides these.
final class SessionTransport: Transport, @unchecked Sendable {
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
        if let announced = request.bodySize, let size = body.size, size != announced {
            let how = size > announced ? "longer" : "shorter"
            let why = "it is \(how) than it was when it was given; convert it when nothing writes to it"
            throw NoAnswer(reason: .input(why: why))
        }
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
            throw NoAnswer(reason: .permanent(why: "its address is not valid; check the base URL"))
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

/// Hands what a session tells to the exchange of each task.
private final class Router: NSObject, URLSessionDataDelegate, Sendable {
    private let exchanges = Locked([Int: Exchange]())

    func add(_ exchange: Exchange, for task: URLSessionTask) {
        exchanges.withLock { $0[task.taskIdentifier] = exchange }
    }

    func remove(_ task: URLSessionTask) {
        exchanges.withLock { $0[task.taskIdentifier] = nil }
    }

    private func exchange(_ task: URLSessionTask) -> Exchange? {
        exchanges.withLock { $0[task.taskIdentifier] }
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
