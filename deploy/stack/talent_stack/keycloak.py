"""Keycloak as one local process on PostgreSQL, and the realm that it serves."""

import fcntl
import os
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from talent_kit.private_files import write_private

from .fetch import contents, fetch, java
from .processes import Program

HOST = "127.0.0.1"
REALM = "talent-cloud"
ADMIN = "admin"
_PATIENCE = 300.0
_MARK = ".built"
_REQUESTS = 10
"""Handled at the same time; others wait their turn."""
_JAVA = (
    "-Xms64m",
    "-Xmx192m",
    "-XX:MetaspaceSize=96m",
    "-XX:MaxMetaspaceSize=192m",
    "-XX:ReservedCodeCacheSize=48m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
    "-Dfile.encoding=UTF-8",
    "-Djava.util.concurrent.ForkJoinPool.common.threadFactory="
    "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
    "--add-opens=java.base/java.util=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
    "--add-opens=java.base/java.security=ALL-UNNAMED",
    "--add-opens=java.base/java.lang=ALL-UNNAMED",
    "--enable-native-access=ALL-UNNAMED",
    "-Duser.language=en",
    "-Duser.country=US",
    "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
    "-Dpicocli.disable.closures=true",
)
"""What its own start script gives, with less memory and a collector for it."""
_BUILD = {"KC_DB": "postgres", "KC_HEALTH_ENABLED": "true", "KC_METRICS_ENABLED": "true"}


class KeycloakError(Exception):
    """Keycloak cannot be prepared; the text says why."""


@dataclass(frozen=True)
class Keycloak:
    """A server of one realm, whose database is PostgreSQL's of the same name."""

    home: Path
    """The built distribution, as `built` returns it."""
    port: int
    management_port: int
    postgres_port: int
    database_password: str
    admin_password: str

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def issuer(self) -> str:
        return f"{self.url}/realms/{REALM}"

    @property
    def keys_url(self) -> str:
        return f"{self.issuer}/protocol/openid-connect/certs"

    @property
    def token_url(self) -> str:
        return f"{self.issuer}/protocol/openid-connect/token"

    @property
    def ready_url(self) -> str:
        return f"http://{HOST}:{self.management_port}/health/ready"

    def program(self) -> Program:
        """Return what runs the server until SIGTERM."""
        home = self.home
        options = [f"-Dkc.home.dir={home}", f"-Djboss.server.config.dir={home / 'conf'}"]
        entry = "io.quarkus.bootstrap.runner.QuarkusEntryPoint"
        libraries = str(home / "lib" / "quarkus-run.jar")
        return Program(
            [java(), *_JAVA, *options, "-cp", libraries, entry, "start", "--optimized"],
            environment=_BUILD
            | {
                "KC_DB_URL": f"jdbc:postgresql://{HOST}:{self.postgres_port}/keycloak",
                "KC_DB_USERNAME": "keycloak",
                "KC_DB_PASSWORD": self.database_password,
                "KC_DB_POOL_INITIAL_SIZE": "1",
                "KC_DB_POOL_MIN_SIZE": "1",
                # A request may hold two at once; where all wait for their second, all fail.
                "KC_DB_POOL_MAX_SIZE": str(2 * _REQUESTS + 4),
                "KC_HTTP_ENABLED": "true",
                "KC_HTTP_HOST": HOST,
                "KC_HTTP_PORT": str(self.port),
                "KC_HTTP_MANAGEMENT_PORT": str(self.management_port),
                "KC_HTTP_POOL_MAX_THREADS": str(_REQUESTS),
                # Tokens name the issuer by this address, so it must not change with who asks.
                "KC_HOSTNAME": self.url,
                "KC_CACHE": "local",
                "KC_BOOTSTRAP_ADMIN_USERNAME": ADMIN,
                "KC_BOOTSTRAP_ADMIN_PASSWORD": self.admin_password,
                "KC_LOG_LEVEL": "warn",
            },
        )


def built(cache: Path) -> Path:
    """Return the distribution, fetched, unpacked and built for PostgreSQL once per version.

    Raises FetchError, KeycloakError.
    """
    [name] = contents("keycloak")
    version = name.removesuffix(".tar.gz").removeprefix("keycloak-quarkus-dist-")
    folder = cache / f"keycloak-{version}-built"
    home = folder / f"keycloak-{version}"
    if (folder / _MARK).exists():
        return home
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / _MARK).exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            with tarfile.open(fetch("keycloak", cache) / name) as tar:
                tar.extractall(folder, filter="data")
            _build(home)
            write_private(folder / _MARK, "")
    return home


def _build(home: Path) -> None:
    java()
    done = subprocess.run(
        [str(home / "bin" / "kc.sh"), "build"],
        check=False,
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        env=os.environ | _BUILD,
    )
    if done.returncode != 0:
        raise KeycloakError(f"Keycloak cannot be built: {(done.stdout + done.stderr)[-1500:]}")
