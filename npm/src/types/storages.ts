/** Further fields of a storage, named as the API names them, for what has no name here. */
type More = Record<string, unknown>;

/** A storage of your own with what opens it. A place for outputs also has a `path`. */
export type StorageLocation =
  | { s3: S3 & More }
  | { openstack: OpenStack & More }
  | { azure: Azure & More }
  | { googlecloud: GoogleCloud & More }
  | { ftp: Ftp & More }
  | { sftp: Sftp & More };

/** Where outputs go in a storage. */
interface Place {
  /** The name of the file, with folders; one that ends with a slash is a folder. */
  path?: string | undefined;
}

/** Amazon S3, and what speaks like it. */
export interface S3 extends Place {
  accessKeyId: string;
  secretAccessKey: string;
  bucket: string;
  /** Default: `us-east-1`. */
  region?: string | undefined;
  /** The token of a temporary access key. */
  sessionToken?: string | undefined;
  /** Of outputs: who may read it, such as `public-read`. */
  acl?: string | undefined;
}

/** OpenStack Object Storage (Swift). */
export interface OpenStack extends Place {
  /** The URL of the identity endpoint, without a version. */
  authUrl: string;
  username: string;
  password: string;
  container: string;
  /** Version 2 of the API needs it. */
  region?: string | undefined;
}

/** Azure Blob Storage. */
export interface Azure extends Place {
  accountName: string;
  /** One of the account's access keys. */
  accountKey?: string | undefined;
  /** A shared access signature, instead of a key (version 2 of the API). */
  sasToken?: string | undefined;
  container: string;
}

/** Google Cloud Storage. */
export interface GoogleCloud extends Place {
  projectId: string;
  bucket: string;
  /** The JSON key file of a service account, as an object. */
  credentials: object;
}

/** A server that speaks FTP (version 1 of the API). */
export interface Ftp extends Place {
  host: string;
  /** Default: 21. */
  port?: number | undefined;
  user: string;
  password: string;
}

/** A server that speaks SFTP (version 2 of the API). */
export interface Sftp extends Place {
  host: string;
  /** Default: 22. */
  port?: number | undefined;
  user: string;
  password?: string | undefined;
  /** Instead of a password. */
  privateKey?: string | undefined;
}
