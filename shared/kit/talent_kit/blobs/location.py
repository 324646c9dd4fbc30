"""Where a service keeps its files, as its settings say."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from ..settings import ServiceSettings
from .folder import FolderStore
from .port import BlobStore


def store_of(settings: ServiceSettings) -> BlobStore:
    """Return the store of `blobs_url`: `file:///folder` or `s3://bucket/prefix`.

    Raises ValueError for anything else; nothing connects yet.
    """
    place = urlsplit(settings.blobs_url)
    if place.scheme == "file" and place.path.startswith("/"):
        return FolderStore(Path(unquote(place.path)))
    if place.scheme == "s3" and place.netloc:
        from .s3 import S3Store  # noqa: PLC0415 - its client is loaded where there is such a store

        return S3Store(
            place.netloc,
            prefix=place.path.strip("/"),
            endpoint=settings.s3_endpoint,
            region=settings.s3_region,
            access_key=settings.s3_access_key.get_secret_value(),
            secret_key=settings.s3_secret_key.get_secret_value(),
        )
    raise ValueError("blobs_url is neither file:///folder nor s3://bucket")
