package com.cloudconvert

import com.cloudconvert.internal.jsonOf
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/**
 * A storage of your own. The service reads an input from it ([Source.Stored]) or stores the output in it ([JobOptions.output]).
 * Credentials go to the service. [toString] does not show them.
 */
public sealed class Storage(private val kind: String) {
    /** Its fields, by their names here. The core knows them in any spelling. */
    internal abstract fun members(): Map<String, JsonElement?>

    internal open fun toJson(): JsonElement = jsonOf(kind to jsonOf(members()))

    override fun toString(): String = kind

    /** The same with a further field, by its name in the API: `with("endpoint", JsonPrimitive("https://s3.example.org"))`. */
    public fun with(name: String, value: JsonElement): Storage = Other(kind, jsonOf(members() + (name to value)))

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
        override fun members(): Map<String, JsonElement?> = mapOf(
            "accessKeyId" to JsonPrimitive(accessKeyId),
            "secretAccessKey" to JsonPrimitive(secretAccessKey),
            "sessionToken" to JsonPrimitive(sessionToken),
            "bucket" to JsonPrimitive(bucket),
            "region" to JsonPrimitive(region),
            "path" to JsonPrimitive(path),
            "acl" to JsonPrimitive(acl),
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
        override fun members(): Map<String, JsonElement?> = mapOf(
            "authUrl" to JsonPrimitive(authUrl),
            "username" to JsonPrimitive(username),
            "password" to JsonPrimitive(password),
            "container" to JsonPrimitive(container),
            "region" to JsonPrimitive(region),
            "path" to JsonPrimitive(path),
        )
    }

    /** Azure Blob Storage. */
    public class Azure(
        public val accountName: String,
        /** An access key of the account; null where there is a [sasToken]. */
        public val accountKey: String? = null,
        public val container: String,
        public val path: String? = null,
        /** A shared access signature, instead of an access key. Version 2 of the API. */
        public val sasToken: String? = null,
    ) : Storage("azure") {
        override fun members(): Map<String, JsonElement?> = mapOf(
            "accountName" to JsonPrimitive(accountName),
            "accountKey" to JsonPrimitive(accountKey),
            "sasToken" to JsonPrimitive(sasToken),
            "container" to JsonPrimitive(container),
            "path" to JsonPrimitive(path),
        )
    }

    /** Google Cloud Storage. */
    public class GoogleCloud(
        public val projectId: String,
        public val bucket: String,
        /** The JSON key file of a service account. */
        public val credentials: JsonObject,
        public val path: String? = null,
    ) : Storage("googlecloud") {
        override fun members(): Map<String, JsonElement?> =
            mapOf("projectId" to JsonPrimitive(projectId), "bucket" to JsonPrimitive(bucket), "credentials" to credentials, "path" to JsonPrimitive(path))
    }

    /** A server that speaks FTP. Version 1 of the API. */
    public class Ftp(
        public val host: String,
        public val user: String,
        public val password: String,
        public val port: Int? = null,
        public val path: String? = null,
    ) : Storage("ftp") {
        override fun members(): Map<String, JsonElement?> =
            mapOf("host" to JsonPrimitive(host), "port" to JsonPrimitive(port), "user" to JsonPrimitive(user), "password" to JsonPrimitive(password), "path" to JsonPrimitive(path))
    }

    /** A server that speaks SFTP. It needs a [password] or a [privateKey]. Version 2 of the API. */
    public class Sftp(
        public val host: String,
        public val user: String,
        public val password: String? = null,
        public val privateKey: String? = null,
        public val port: Int? = null,
        public val path: String? = null,
    ) : Storage("sftp") {
        override fun members(): Map<String, JsonElement?> = mapOf(
            "host" to JsonPrimitive(host),
            "port" to JsonPrimitive(port),
            "user" to JsonPrimitive(user),
            "password" to JsonPrimitive(password),
            "privateKey" to JsonPrimitive(privateKey),
            "path" to JsonPrimitive(path),
        )
    }

    /** A storage with the fields that the API gives it, for what this version does not know. */
    public class Other(
        /** The name that the API gives the storage, such as `s3`. */
        public val kind: String,
        /** Its fields, by their names in the API. */
        public val fields: JsonObject,
    ) : Storage(kind) {
        override fun members(): Map<String, JsonElement?> = fields
    }

    /** The Dropbox that is connected to the account; for outputs of version 1 of the API only. */
    public object Dropbox : Storage("dropbox") {
        override fun members(): Map<String, JsonElement?> = emptyMap()

        override fun toJson(): JsonElement = JsonPrimitive("dropbox")
    }

    /** The Google Drive that is connected to the account; for outputs of version 1 of the API only. */
    public object GoogleDrive : Storage("googledrive") {
        override fun members(): Map<String, JsonElement?> = emptyMap()

        override fun toJson(): JsonElement = JsonPrimitive("googledrive")
    }
}
