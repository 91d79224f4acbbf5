import Foundation

/// What the service makes of a file, beyond its output format. The names are those of the API.
public struct JobOptions: Sendable {
    /// What is done with the input: the first five with both versions of the API, the others with version 2.
    public enum Mode: String, Sendable, CaseIterable {
        /// One file into another format.
        case convert
        /// The facts about a file, without an output.
        case info
        /// Several files into one.
        case combine
        /// Files into an archive.
        case archive
        /// The files of an archive.
        case extract
        /// A smaller file of the same format.
        case optimize
        /// A text or a picture over the file.
        case watermark
        /// A small picture of the file.
        case thumbnail
        /// A web page as a picture or a PDF.
        case captureWebsite = "capture-website"
        /// Other metadata in the file.
        case writeMetadata = "metadata/write"
        /// A PDF for archives.
        case pdfA = "pdf/a"
        /// A PDF for printers.
        case pdfX = "pdf/x"
        /// A text layer in a scanned PDF.
        case pdfOCR = "pdf/ocr"
        /// A PDF with a password.
        case pdfEncrypt = "pdf/encrypt"
        /// A PDF without its password.
        case pdfDecrypt = "pdf/decrypt"
        /// Every page of a PDF as a file.
        case pdfSplitPages = "pdf/split-pages"
        /// Some pages of a PDF.
        case pdfExtractPages = "pdf/extract-pages"
        /// Pages of a PDF, turned.
        case pdfRotatePages = "pdf/rotate-pages"
        /// Several PDFs as one.
        case pdfMerge = "pdf/merge"
        /// A command line of `ffmpeg`, `imagemagick` or `graphicsmagick`.
        case command
    }

    /// The input format. Needed where the file's name does not tell it.
    public var from: String?
    /// What the service calls the input, with the extension. Nil for the name of the source.
    public var filename: String?
    /// What is done with the input. Default: `convert`.
    public var mode: Mode
    /// The name of the output, with the extension. `%d` in it counts several outputs. Version 2 of the API.
    public var outputFilename: String?
    /// What converts, such as `imagemagick`. Version 2 of the API.
    public var engine: String?
    /// Which version of `engine`. Version 2 of the API.
    public var engineVersion: String?
    /// The converter's options. They depend on the formats and on the mode.
    public var options: [String: JSONValue]
    /// Your own mark on the process: a text or an object.
    public var tag: JSONValue
    /// The ID of one of your presets. Version 1 of the API.
    public var preset: String?
    /// After how many seconds the service gives up.
    public var timeout: Int?
    /// Whether the service sends a mail at the end. Version 1 of the API.
    public var email: Bool
    /// Where the service stores the output. Then nothing is downloaded.
    public var output: Storage?
    /// The URL that the service calls at the end.
    public var callback: URL?
    /// Whether the service keeps the files after the download.
    public var save: Bool
    /// Further parameters of the API, for what this version does not know.
    public var extra: [String: JSONValue]

    /// All may be left out: `JobOptions(options: ["quality": 80])`.
    public init(
        from: String? = nil, filename: String? = nil, mode: Mode = .convert, outputFilename: String? = nil,
        engine: String? = nil, engineVersion: String? = nil, options: [String: JSONValue] = [:],
        tag: JSONValue = .null, preset: String? = nil, timeout: Int? = nil, email: Bool = false,
        output: Storage? = nil, callback: URL? = nil, save: Bool = false, extra: [String: JSONValue] = [:]
    ) {
        self.from = from
        self.filename = filename
        self.mode = mode
        self.outputFilename = outputFilename
        self.engine = engine
        self.engineVersion = engineVersion
        self.options = options
        self.tag = tag
        self.preset = preset
        self.timeout = timeout
        self.email = email
        self.output = output
        self.callback = callback
        self.save = save
        self.extra = extra
    }

    /// The job as the core reads it, from the members that are about its input. What was not set is left out.
    func members(_ input: [String: JSONValue], to format: String?) -> JSONValue {
        var members = input
        members["to"] = JSONValue(format.flatMap { $0.isEmpty ? nil : $0 })
        members["from"] = JSONValue(from)
        members["mode"] = mode == .convert ? JSONValue.null : .string(mode.rawValue)
        members["output_filename"] = JSONValue(outputFilename)
        members["engine"] = JSONValue(engine)
        members["engine_version"] = JSONValue(engineVersion)
        members["options"] = options.isEmpty ? JSONValue.null : JSONValue.object(options)
        members["tag"] = tag
        members["preset"] = JSONValue(preset)
        members["timeout"] = JSONValue(timeout)
        members["email"] = email ? .bool(true) : JSONValue.null
        members["output"] = output?.json ?? JSONValue.null
        members["callback"] = JSONValue(callback?.absoluteString)
        members["save"] = save ? .bool(true) : JSONValue.null
        members["extra"] = extra.isEmpty ? JSONValue.null : JSONValue.object(extra)
        if let filename = filename {
            members["filename"] = .string(filename)
        }
        return .object(members.filter { $0.value != .null })
    }
}

/// How patient a conversion is, and what it does with its output.
public struct Policy: Sendable {
    /// How the input is sent: as a form, which is first written into a temporary file, or as it is.
    public enum UploadMethod: String, Sendable {
        case multipart, put
    }

    /// The output as one file (a ZIP where there are several), every file on its own, or nothing.
    public enum Download: String, Sendable {
        case whole, each, none
    }

    /// How the end is waited for.
    public enum Watch: String, Sendable {
        /// By polls, which bring the percent.
        case progress
        /// By long polls, which need the fewest requests.
        case result
        /// By `JobOptions.callback`: the status is asked for after `calledBack`, and seldom in between.
        case callback
    }

    /// How many requests may be repeated after failures. Nil for that of the client, else 20.
    public var retries: Int?
    /// How often the service may ask to slow down. Nil for that of the client, else 200.
    public var throttles: Int?
    /// How many seconds the whole may take. Nil for that of the client, else six hours.
    public var deadline: TimeInterval?
    /// How many seconds a request that moves no file may stay without an answer. Nil for that of the client, else 30.
    public var requestTimeout: TimeInterval?
    /// How the input is sent. Nil for `multipart`. Version 1 of the API.
    public var upload: UploadMethod?
    /// What is downloaded. Default: `whole`.
    public var download: Download
    /// Whether the process is deleted at its end. An output that could not be downloaded stays. Default: yes.
    public var delete: Bool
    /// How the end is waited for. Nil for `progress` where there is an `onProgress`, else `result`.
    public var watch: Watch?
    /// Whether an output replaces a file of the same name in a folder. Otherwise it gets another name, such as
    /// `photo (1).jpg`. Default: no.
    public var overwrite: Bool

    /// All may be left out: `Policy(deadline: 60)`.
    public init(
        retries: Int? = nil, throttles: Int? = nil, deadline: TimeInterval? = nil, requestTimeout: TimeInterval? = nil,
        upload: UploadMethod? = nil, download: Download = .whole, delete: Bool = true, watch: Watch? = nil,
        overwrite: Bool = false
    ) {
        self.retries = retries
        self.throttles = throttles
        self.deadline = deadline
        self.requestTimeout = requestTimeout
        self.upload = upload
        self.download = download
        self.delete = delete
        self.watch = watch
        self.overwrite = overwrite
    }

    /// The policy as the core reads it.
    func members(_ observers: Observers = Observers(), standard: PolicyChanges) -> JSONValue {
        PolicyChanges(
            retries: retries, throttles: throttles, deadline: deadline, requestTimeout: requestTimeout,
            upload: upload, download: download, delete: delete, watch: watch
        ).members(observers, standard: standard)
    }
}
