"""The store in a bucket of anything that speaks S3."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store as Bucket

from .port import BlobMissingError, StoreError


class S3Store:
    """Keeps each key as an object; large ones arrive in parts and show once they are whole.

    A crash leaves parts that the bucket's own lifecycle rule for unfinished uploads removes.
    """

    def __init__(
        self,
        bucket: str,
        *,
        prefix: str = "",
        endpoint: str = "",
        region: str = "us-east-1",
        access_key: str = "",
        secret_key: str = "",
        retries: int = 3,
    ) -> None:
        # What is left out comes from the account that the machine itself has.
        given = {
            "prefix": prefix,
            "endpoint": endpoint,
            "access_key_id": access_key,
            "secret_access_key": secret_key,
        }
        options: dict[str, Any] = {name: value for name, value in given.items() if value}
        self._bucket = Bucket(
            bucket,
            region=region,
            virtual_hosted_style_request=not endpoint,
            client_options={"allow_http": endpoint.startswith("http:"), "timeout": "30s"},
            retry_config={"max_retries": retries, "retry_timeout": timedelta(seconds=20)},
            **options,
        )

    async def put(self, key: str, chunks: AsyncIterator[bytes]) -> None:
        try:
            await obstore.put_async(self._bucket, key, chunks)
        except BaseError as error:
            raise StoreError from error

    async def get(self, key: str) -> AsyncIterator[bytes]:
        try:
            found = await obstore.get_async(self._bucket, key)
            async for piece in found.stream():
                yield bytes(piece)
        except FileNotFoundError as error:
            raise BlobMissingError from error
        except BaseError as error:
            raise StoreError from error

    async def delete(self, key: str) -> None:
        try:
            await obstore.delete_async(self._bucket, key)
        except FileNotFoundError:
            return
        except BaseError as error:
            raise StoreError from error
