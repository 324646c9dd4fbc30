"""Both stores pass the same contract; the folder leaves nothing half written."""

import logging
import stat
import sys
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer
from talent_kit.blobs import StoreError
from talent_kit.blobs.folder import FolderStore
from talent_kit.blobs.location import store_of
from talent_kit.blobs.s3 import S3Store

sys.path.insert(0, str(Path(__file__).parent))
from store_contract import KEY, StoreContract, content, pieces


class TestFolder(StoreContract):
    @pytest.fixture
    def store(self, tmp_path):
        return FolderStore(tmp_path / "blobs")

    async def test_only_its_owner_reads_it(self, store, tmp_path):
        await store.put(KEY, pieces(b"one"))
        (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    async def test_nothing_half_written_stays(self, store, tmp_path):
        with pytest.raises(LookupError):
            await store.put(KEY, pieces(b"one", then=LookupError()))
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []

    async def test_what_a_crash_left_half_written_goes_with_its_key(self, store, tmp_path):
        left = tmp_path / "blobs" / KEY[-2:] / f"{KEY}.new"
        left.parent.mkdir(parents=True)
        left.write_bytes(b"half")
        await store.delete(KEY)
        assert not left.exists()


@pytest.fixture(scope="module")
def endpoint():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


class TestS3(StoreContract):
    @pytest.fixture
    def store(self, endpoint, request):
        name = f"bucket-{abs(hash(request.node.name)) % 10**9}"
        client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            aws_access_key_id="key",
            aws_secret_access_key="secret",
            region_name="us-east-1",
        )
        client.create_bucket(Bucket=name)
        return S3Store(
            name, prefix="files", endpoint=endpoint, access_key="key", secret_key="secret"
        )

    async def test_a_store_that_is_away_says_so(self):
        store = S3Store(
            "bucket",
            endpoint="http://127.0.0.1:9",
            access_key="key",
            secret_key="secret",
            retries=0,
        )
        with pytest.raises(StoreError):
            await content(store, KEY)
        with pytest.raises(StoreError):
            await store.put(KEY, pieces(b"one"))
        with pytest.raises(StoreError):
            await store.delete(KEY)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("file:///a/folder", FolderStore),
        ("file:///a%20folder", FolderStore),
        ("s3://bucket", S3Store),
        ("s3://bucket/some/prefix", S3Store),
    ],
)
def test_the_settings_name_the_store(url, kind, settings_with):
    assert isinstance(store_of(settings_with(blobs_url=url)), kind)


@pytest.mark.parametrize(
    "url", ["", "folder", "file://host", "file:relative", "s3://", "http://x/"]
)
def test_any_other_place_is_refused(url, settings_with):
    with pytest.raises(ValueError, match="blobs_url"):
        store_of(settings_with(blobs_url=url))


@pytest.fixture
def settings_with(sample):
    def changed(**changes):
        return type(settings).model_validate(settings.model_dump() | changes)

    settings = sample.service.settings
    return changed
