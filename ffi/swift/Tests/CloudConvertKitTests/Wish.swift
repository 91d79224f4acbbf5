import Foundation
@testable import CloudConvertKit

/// The types of Swift cannot say it: a program that wants it does not compile.
struct NotInTheTypes: Error {
    let what: String
}

/// What a vector wants, as a program in Swift writes it.
struct Wish {
    let vector: JSONValue

    private var job: JSONValue { vector["job"] }

    /// The contents of the files, in the order of the job.
    private var contents: [Data] {
        let content = vector["content"]
        let texts = content.text.map { [$0] } ?? content.items.compactMap { $0.text }
        return texts.map { Data($0.utf8) }
    }

    private func upload(_ name: String, _ index: Int) -> Source.Upload {
        .data(index < contents.count ? contents[index] : Data(), name: name)
    }

    /// The one file of a vector that only uploads.
    var file: Source.Upload { upload(job["name"].text ?? "", 0) }

    /// The request, and whether somebody looks at its progress.
    func request(saveTo: URL) throws -> (ConversionRequest, isObserved: Bool) {
        let (policy, isObserved) = try policy()
        let saveTo = policy.download == .none ? nil : saveTo
        let request = ConversionRequest(try source(), saveTo: saveTo, to: job["to"].text, job: try options(), policy: policy)
        return (request, isObserved)
    }

    func source() throws -> Source {
        let files = job["files"]
        if case .object(let tasks) = job["tasks"] {
            let uploads = files.items.enumerated().map { ($1["task"].text ?? "", upload($1["name"].text ?? "", $0)) }
            return .tasks(tasks, files: Dictionary(uniqueKeysWithValues: uploads))
        }
        let texts = files.items.compactMap { $0.text }
        if case .object = job["input"] {
            return .stored(try storage(job["input"]), names: texts.isEmpty ? [job["file"].text ?? ""] : texts)
        }
        switch job["input"].text {
        case "upload":
            let names = files == .null ? [job["name"].text ?? ""] : files.items.map { $0["name"].text ?? "" }
            return .uploads(names.enumerated().map { upload($1, $0) })
        case "download":
            return .urls((texts.isEmpty ? [job["url"].text ?? ""] : texts).compactMap { URL(string: $0) })
        case "raw":
            return .text(job["content"].text ?? "", name: try named())
        case "base64":
            return .base64(job["content"].text ?? "", name: try named())
        default:
            throw NotInTheTypes(what: "the input")
        }
    }

    private func named() throws -> String {
        guard let name = job["filename"].text else { throw NotInTheTypes(what: "content without a name") }
        return name
    }

    func options() throws -> JobOptions {
        var options = JobOptions()
        for (name, value) in job.members {
            switch name {
            case "input", "name", "size", "url", "content", "file", "files", "tasks", "to": break
            case "from": options.from = value.text
            case "filename": options.filename = value.text
            case "mode": options.mode = JobOptions.Mode(rawValue: value.text ?? "") ?? .convert
            case "output_filename": options.outputFilename = value.text
            case "engine": options.engine = value.text
            case "engine_version": options.engineVersion = value.text
            case "options": options.options = value.members
            case "tag": options.tag = value
            case "preset": options.preset = value.text
            case "timeout": options.timeout = value.integer
            case "email": options.email = value == true
            case "output": options.output = try storage(value)
            case "callback": options.callback = URL(string: value.text ?? "")
            case "save": options.save = value == true
            case "extra": options.extra = value.members
            default: throw NotInTheTypes(what: "an option \(name)")
            }
        }
        return options
    }

    /// Somebody who looks at the progress is what makes a client ask for it.
    func policy() throws -> (Policy, isObserved: Bool) {
        var policy = Policy()
        var isObserved = true
        for (name, value) in vector["policy"].members {
            switch name {
            case "watch":
                isObserved = value == "progress"
                policy.watch = value == "callback" ? .callback : nil
            case "retries": policy.retries = value.integer
            case "throttles": policy.throttles = value.integer
            case "deadline": policy.deadline = value.integer.map { TimeInterval($0) / 1000 }
            case "upload": policy.upload = Policy.UploadMethod(rawValue: value.text ?? "")
            case "download": policy.download = Policy.Download(rawValue: value.text ?? "") ?? .whole
            default: throw NotInTheTypes(what: "a patience \(name)")
            }
        }
        return (policy, isObserved)
    }

    private func storage(_ value: JSONValue) throws -> Storage {
        if let name = value.text {
            guard let known = ["dropbox": Storage.dropbox, "googledrive": .googleDrive][name] else {
                throw NotInTheTypes(what: "a storage \(name)")
            }
            return known
        }
        let (kind, fields) = value.members.first.map { ($0.key, $0.value.members) } ?? ("", [:])
        var used: Set<String> = []
        func field(_ name: String) -> String? {
            used.insert(name)
            return fields[name]?.text
        }
        func needed(_ name: String) throws -> String {
            guard let text = field(name) else { throw NotInTheTypes(what: "a storage without \(name)") }
            return text
        }
        func port() -> Int? {
            used.insert("port")
            return fields["port"]?.integer
        }
        let known: Storage
        switch kind {
        case "s3":
            known = .s3(
                accessKeyID: try needed("accesskeyid"), secretAccessKey: try needed("secretaccesskey"),
                bucket: try needed("bucket"), region: field("region"), sessionToken: field("sessiontoken"),
                path: field("path"), acl: field("acl")
            )
        case "openstack":
            guard let url = URL(string: try needed("authurl")) else { throw NotInTheTypes(what: "an address") }
            known = .openStack(
                authURL: url, username: try needed("username"), password: try needed("password"),
                container: try needed("container"), region: field("region"), path: field("path")
            )
        case "azure":
            known = .azure(
                accountName: try needed("accountname"), accountKey: field("accountkey"),
                container: try needed("container"), path: field("path"), sasToken: field("sastoken")
            )
        case "googlecloud":
            used.insert("credentials")
            known = .googleCloud(
                projectID: try needed("projectid"), bucket: try needed("bucket"),
                credentials: fields["credentials"] ?? .null, path: field("path")
            )
        case "ftp":
            known = .ftp(
                host: try needed("host"), user: try needed("user"), password: try needed("password"), port: port(),
                path: field("path")
            )
        case "sftp":
            known = .sftp(
                host: try needed("host"), user: try needed("user"), password: field("password"),
                privateKey: field("privatekey"), port: port(), path: field("path")
            )
        default:
            known = .other(kind, [:])
        }
        return fields.filter { !used.contains($0.key) }.reduce(known) { $0.with($1.key, $1.value) }
    }
}
