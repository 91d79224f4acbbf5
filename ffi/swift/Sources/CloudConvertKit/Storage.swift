import Foundation

/// A storage of your own. The service reads an input from it, or stores the output in it.
public struct Storage: Sendable {
    private let kind: String
    /// Its fields, by their names here: the core knows them in any spelling. Nil for one that is connected to the account.
    private let members: [String: JSONValue]?

    private init(_ kind: String, _ members: [String: JSONValue]?) {
        self.kind = kind
        self.members = members?.filter { $0.value != JSONValue.null }
    }

    var json: JSONValue { members.map { .object([kind: .object($0)]) } ?? .string(kind) }

    /// The same with a further field, by its name in the API: `with("endpoint", "https://s3.example.org")`.
    public func with(_ name: String, _ value: JSONValue) -> Storage {
        Storage(kind, (members ?? [:]).merging([name: value], uniquingKeysWith: { _, new in new }))
    }

    /// Amazon S3, and what speaks like it. `path`, of outputs: the file's name, with folders; one that ends in `/` is a folder.
    public static func s3(
        accessKeyID: String, secretAccessKey: String, bucket: String, region: String? = nil,
        sessionToken: String? = nil, path: String? = nil, acl: String? = nil
    ) -> Storage {
        Storage("s3", [
            "accessKeyID": .string(accessKeyID), "secretAccessKey": .string(secretAccessKey), "bucket": .string(bucket),
            "region": JSONValue(region), "sessionToken": JSONValue(sessionToken), "path": JSONValue(path),
            "acl": JSONValue(acl),
        ])
    }

    /// OpenStack Object Storage (Swift).
    public static func openStack(
        authURL: URL, username: String, password: String, container: String, region: String? = nil,
        path: String? = nil
    ) -> Storage {
        Storage("openstack", [
            "authURL": .string(authURL.absoluteString), "username": .string(username), "password": .string(password),
            "container": .string(container), "region": JSONValue(region), "path": JSONValue(path),
        ])
    }

    /// Azure Blob Storage. `accountKey`: an access key of the account. `sasToken`, with version 2 of the API: a shared access
    /// signature, in its place.
    public static func azure(
        accountName: String, accountKey: String? = nil, container: String, path: String? = nil, sasToken: String? = nil
    ) -> Storage {
        Storage("azure", [
            "accountName": .string(accountName), "accountKey": JSONValue(accountKey), "sasToken": JSONValue(sasToken),
            "container": .string(container), "path": JSONValue(path),
        ])
    }

    /// Google Cloud Storage. `credentials`: the JSON key file of a service account.
    public static func googleCloud(
        projectID: String, bucket: String, credentials: JSONValue, path: String? = nil
    ) -> Storage {
        Storage("googlecloud", [
            "projectID": .string(projectID), "bucket": .string(bucket), "credentials": credentials,
            "path": JSONValue(path),
        ])
    }

    /// A server that speaks FTP. Version 1 of the API.
    public static func ftp(
        host: String, user: String, password: String, port: Int? = nil, path: String? = nil
    ) -> Storage {
        Storage("ftp", [
            "host": .string(host), "user": .string(user), "password": .string(password), "port": JSONValue(port),
            "path": JSONValue(path),
        ])
    }

    /// A server that speaks SFTP. It needs a `password` or a `privateKey`. Version 2 of the API.
    public static func sftp(
        host: String, user: String, password: String? = nil, privateKey: String? = nil, port: Int? = nil,
        path: String? = nil
    ) -> Storage {
        Storage("sftp", [
            "host": .string(host), "user": .string(user), "password": JSONValue(password),
            "privateKey": JSONValue(privateKey), "port": JSONValue(port), "path": JSONValue(path),
        ])
    }

    /// A storage with the fields that the API gives it, for what this version does not know.
    public static func other(_ kind: String, _ fields: [String: JSONValue]) -> Storage {
        Storage(kind, fields)
    }

    /// The Dropbox that is connected to the account; for outputs of version 1 of the API only.
    public static var dropbox: Storage { Storage("dropbox", nil) }

    /// The Google Drive that is connected to the account; for outputs of version 1 of the API only.
    public static var googleDrive: Storage { Storage("googledrive", nil) }
}

/// Descriptions do not show the credentials.
extension Storage: CustomStringConvertible, CustomReflectable {
    public var description: String { "Storage(\(kind))" }

    public var customMirror: Mirror { Mirror(self, children: []) }
}
