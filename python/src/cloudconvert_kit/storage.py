"""Storages of your own that the service reads from and writes to by itself, so that no byte passes through here.

>>> bucket = S3(access_key_id="ID", secret_access_key="SECRET", bucket="films")
>>> source = bucket.file("in/film.flv")  # what is converted
>>> output = bucket.path("out/")  # where the output goes: convert(source, to="mp4", output=output)
>>> bucket
<S3>
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, Dict, Mapping, Optional, Tuple, TypeVar

__all__ = ["FTP", "S3", "Azure", "GoogleCloud", "OpenStack", "SFTP", "Storage", "StoredFiles"]

Self = TypeVar("Self", bound="Storage")


def _nothing() -> Dict[str, Any]:
    return {}


@dataclass(frozen=True, repr=False)
class Storage:
    """What all storages can do."""

    #: What the API calls it.
    kind: ClassVar[str]

    #: Further fields of the storage, for what has no name here, such as the ``endpoint`` of what speaks like S3.
    extra: Mapping[str, Any] = field(default_factory=_nothing, init=False)

    def file(self, *names: str) -> StoredFiles:
        """A file in it, named with its folders; or several, for the modes ``combine`` and ``archive``."""
        return StoredFiles(self, names)

    def path(self: Self, path: str) -> Self:
        """Where the output goes: the name of the file, with folders; one that ends in ``/`` is a folder."""
        return self.with_fields(path=path)

    def with_fields(self: Self, **extra: Any) -> Self:
        """The same storage with further fields."""
        copy = replace(self)
        object.__setattr__(copy, "extra", {**self.extra, **extra})
        return copy

    def to_wish(self) -> Dict[str, Any]:
        """The storage as the core reads it."""
        own = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "extra"}
        return {self.kind: {**{name: value for name, value in own.items() if value is not None}, **self.extra}}

    def __repr__(self) -> str:
        # Every field but a few is there to open it.
        return f"<{type(self).__name__}>"


@dataclass(frozen=True)
class StoredFiles:
    """Files in a storage: a source."""

    storage: Storage
    names: Tuple[str, ...]


@dataclass(frozen=True, repr=False)
class S3(Storage):
    """Amazon S3, and what speaks like it."""

    kind = "s3"

    access_key_id: str
    secret_access_key: str
    bucket: str
    #: The token of a temporary access key.
    session_token: Optional[str] = None
    region: Optional[str] = None
    #: Of outputs: who may read it, such as ``public-read``.
    acl: Optional[str] = None


@dataclass(frozen=True, repr=False)
class OpenStack(Storage):
    """OpenStack Object Storage (Swift)."""

    kind = "openstack"

    #: The URL of the identity endpoint, without a version.
    auth_url: str
    username: str
    password: str
    container: str
    region: Optional[str] = None


@dataclass(frozen=True, repr=False)
class Azure(Storage):
    """Azure Blob Storage."""

    kind = "azure"

    account_name: str
    container: str
    #: One of the account's access keys.
    account_key: Optional[str] = None
    #: A shared access signature, instead of an access key (version 2 of the API).
    sas_token: Optional[str] = None


@dataclass(frozen=True, repr=False)
class GoogleCloud(Storage):
    """Google Cloud Storage."""

    kind = "googlecloud"

    project_id: str
    bucket: str
    #: The JSON key file of a service account, as a mapping.
    credentials: Mapping[str, Any]


@dataclass(frozen=True, repr=False)
class FTP(Storage):
    """A server that speaks FTP."""

    kind = "ftp"

    host: str
    user: str
    password: str
    port: Optional[int] = None


@dataclass(frozen=True, repr=False)
class SFTP(Storage):
    """A server that speaks SFTP (version 2 of the API). It is opened by a password or by a private key."""

    kind = "sftp"

    host: str
    user: str
    password: Optional[str] = None
    private_key: Optional[str] = None
    port: Optional[int] = None
