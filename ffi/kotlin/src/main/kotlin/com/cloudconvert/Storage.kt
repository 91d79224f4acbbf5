package com.cloudconvert

/**
 * A storage of your own: where the service reads an input ([Source.Stored]) or stores the output ([JobOptions.output]).
 * Credentials go to the service and into no text form.
 */
public sealed class Storage(private val kind: String) {
    internal abstract fun members(): Map<String, Any?>

    internal open fun toJson(): Any = mapOf(kind to members().filterValues { it != null })

    override fun toString(): String = kind

    /** Amazon S3, and what speaks like it. */
    public class S3(
        public val accessKeyId: String,
        public val secretAccessKey: String,
        public val bucket: String,
        public val region: String? = null,
        public val sessionToken: String? = null,
        /** Of outputs: the name of the file, with folders; one that ends in `/` is a folder. */
        public val path: String? = null,
        /** Of outputs: who may read it, such as `public-read`. */
        public val acl: String? = null,
    ) : Storage("s3") {
        override fun members(): Map<String, Any?> = mapOf(
            "accesskeyid" to accessKeyId,
            "secretaccesskey" to secretAccessKey,
            "sessiontoken" to sessionToken,
            "bucket" to bucket,
            "region" to region,
            "path" to path,
            "acl" to acl,
        )
    }

    /** OpenStack Object Storage (Swift). */
    public class OpenStack(
        public val authUrl: String,
        public val username: String,
        public val password: String,
        public val container: String,
        public val region: String? = null,
        public val path: String? = null,
    ) : Storage("openstack") {
        override fun members(): Map<String, Any?> = mapOf(
            "authurl" to authUrl,
            "username" to username,
            "password" to password,
            "container" to container,
            "region" to region,
            "path" to path,
        )
    }

    /** Azure Blob Storage. */
    public class Azure(
        public val accountName: String,
        public val accountKey: String,
        public val container: String,
        public val path: String? = null,
    ) : Storage("azure") {
        override fun members(): Map<String, Any?> = mapOf(
            "accountname" to accountName,
            "accountkey" to accountKey,
            "container" to container,
            "path" to path,
        )
    }

    /** Google Cloud Storage. */
    public class GoogleCloud(
        public val projectId: String,
        public val bucket: String,
        /** The JSON key file of a service account, as a map. */
        public val credentials: Map<String, Any?>,
        public val path: String? = null,
    ) : Storage("googlecloud") {
        override fun members(): Map<String, Any?> =
            mapOf("projectid" to projectId, "bucket" to bucket, "credentials" to credentials, "path" to path)
    }

    /** A server that speaks FTP. */
    public class Ftp(
        public val host: String,
        public val user: String,
        public val password: String,
        public val port: Int? = null,
        public val path: String? = null,
    ) : Storage("ftp") {
        override fun members(): Map<String, Any?> =
            mapOf("host" to host, "port" to port, "user" to user, "password" to password, "path" to path)
    }

    /** The Dropbox that is connected to the account; for outputs only. */
    public object Dropbox : Storage("dropbox") {
        override fun members(): Map<String, Any?> = emptyMap()

        override fun toJson(): Any = "dropbox"
    }

    /** The Google Drive that is connected to the account; for outputs only. */
    public object GoogleDrive : Storage("googledrive") {
        override fun members(): Map<String, Any?> = emptyMap()

        override fun toJson(): Any = "googledrive"
    }
}
