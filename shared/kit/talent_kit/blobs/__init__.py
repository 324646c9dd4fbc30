"""Files that people send: kept encrypted in a store of bytes, believed only by a committed row."""

from .keeping import Arrived, BlobDamagedError, Blobs
from .port import BlobMissingError, BlobStore, StoreError
from .types import CSV, JPEG, PDF, PNG, WEBP, XLSX, FileTypeRefused

__all__ = [
    "CSV",
    "JPEG",
    "PDF",
    "PNG",
    "WEBP",
    "XLSX",
    "Arrived",
    "BlobDamagedError",
    "BlobMissingError",
    "BlobStore",
    "Blobs",
    "FileTypeRefused",
    "StoreError",
]
