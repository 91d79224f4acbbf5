import Foundation

/// A storage of your own. The service reads an input from it, or stores the output in it.
public struct Storage: Sendable {
    let json: JSONValue
    private let kind: String

    private init(_ kind: String, _ members: [String: JSONValue]) {
        self.kind = kind
        json = .object([kind: .object(members.filter { $0.value != JSONValue.null })])
    }

    private init(named name: String) {
        kind = name
        json = .string(name)
    }

    /// Amazon S3, and what speaks like it. `path`, of outputs: the file's name, with folders; one that ends in `/` is a folder.
    public static func s3(
        accessKeyID: String, secretAccessKey: String, bucket: String, region: String? = nil,
        sessionToken: String? = nil, path: String? = nil, acl: String? = nil
    ) -> Storage {
        Storage("s3", [
            "accesskeyid": .string(accessKeyID), "secretaccesskey": .string(secretAccessKey), "bucket": .string(bucket),
            "region": JSONValue(region), "sessiontoken": JSONValue(sessionToken), "path": JSONValue(path),
            "acl": JSONValue(acl),
        ])
    }

    /// OpenStack Object Storage (Swift).
    public static func openStack(
        authURL: URL, username: String, password: String, container: String, region: String? = nil,
        path: String? = nil
    ) -> Storage {
        Storage("openstack", [
            "authurl": .string(authURL.absoluteString), "username": .string(username), "password": .string(password),
            "container": .string(container), "region": JSONValue(region), "path": JSONValue(path),
        ])
    }

    /// Azure Blob Storage.
    public static func azure(accountName: String, accountKey: String, container: String, path: String? = nil) -> Storage {
        Storage("azure", [
            "accountname": .string(accountName), "accountkey": .string(accountKey), "container": .string(container),
            "path": JSONValue(path),
        ])
    }

    /// Google Cloud Storage. `credentials`: the JSON key file of a service account.
    public static func googleCloud(
        projectID: String, bucket: String, credentials: JSONValue, path: String? = nil
    ) -> Storage {
        Storage("googlecloud", [
            "projectid": .string(projectID), "bucket": .string(bucket), "credentials": credentials,
            "path": JSONValue(path),
        ])
    }

    /// A server that speaks FTP.
    public static func ftp(
        host: String, user: String, password: String, port: Int? = nil, path: String? = nil
    ) -> Storage {
        Storage("ftp", [
            "host": .string(host), "user": .string(user), "password": .string(password), "port": JSONValue(port),
            "path": JSONValue(path),
        ])
    }

    /// A storage with the fields that the API gives it, for what this version does not know.
    public static func other(_ kind: String, _ fields: [String: JSONValue]) -> Storage {
        Storage(kind, fields)
    }

    /// The Dropbox that is connected to the account; for outputs only.
    public static var dropbox: Storage { Storage(named: "dropbox") }

    /// The Google Drive that is connected to the account; for outputs only.
    public static var googleDrive: Storage { Storage(named: "googledrive") }
}

/// Descriptions do not show the credentials.
extension Storage: CustomStringConvertible, CustomReflectable {
    public var description: String { "Storage(\(kind))" }

    public var customMirror: Mirror { Mirror(self, children: []) }
}
