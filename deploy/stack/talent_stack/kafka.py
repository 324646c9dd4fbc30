"""Kafka as one local process: broker and controller, SCRAM and ACLs for every client."""

import base64
import hashlib
import secrets
import shutil
import subprocess
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from talent_kit.private_files import write_private

from .fetch import java

ADMIN = "admin"
"""The super-user: it provisions, and the broker speaks to itself by this name."""
_CONTROLLER = "controller"
_ITERATIONS = 4096
_PATIENCE = 120.0

_PROPERTIES = """\
node.id=1
process.roles=broker,controller
controller.quorum.bootstrap.servers={host}:{controller_port}
listeners=CLIENTS://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=CLIENTS://{host}:{port}
listener.security.protocol.map=CLIENTS:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT
inter.broker.listener.name=CLIENTS
controller.listener.names=CONTROLLER
log.dirs={data}

sasl.enabled.mechanisms=SCRAM-SHA-512
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
listener.name.clients.sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.clients.scram-sha-512.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required \
username="{admin}" password="{admin_password}";
sasl.mechanism.controller.protocol=PLAIN
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config=\
org.apache.kafka.common.security.plain.PlainLoginModule required \
username="{controller}" password="{controller_password}" \
user_{controller}="{controller_password}";

authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:{admin};User:{controller}
allow.everyone.if.no.acl.found=false

auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=2
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
# A group that was away for as long as its messages stood goes on where it was.
offsets.retention.minutes=43200
"""

_LOG4J = """\
rootLogger.level=WARN
rootLogger.appenderRef.err.ref=err
appender.err.type=Console
appender.err.name=err
appender.err.target=SYSTEM_ERR
appender.err.layout.type=PatternLayout
appender.err.layout.pattern=%d{ISO8601} %p %c{1}: %m%n
"""

_JAVA = (
    "-Xmx256m",
    "-Xms64m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
)


class KafkaError(Exception):
    """Kafka cannot be prepared or does not come up; the text says why."""


@dataclass(frozen=True)
class Kafka:
    """A broker on a folder, with the passwords of its administrator and its controller.

    `libraries` is the fetched distribution. The folder keeps data and settings; the ports may
    change between starts.
    """

    folder: Path
    libraries: Path
    port: int
    controller_port: int
    admin_password: str
    host: str = "127.0.0.1"

    @property
    def servers(self) -> str:
        return f"{self.host}:{self.port}"

    def url(self, user: str, password: str) -> str:
        """Return the setting `bus_url` of one user."""
        return f"kafka://{user}:{password}@{self.servers}?security=SASL_PLAINTEXT"

    def prepare(self) -> None:
        """Write the settings and format the data folder unless it is; raises KafkaError."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.chmod(0o700)
        data = self.folder / "data"
        settings = server_properties(
            self.host, self.port, self.controller_port, data, self.admin_password
        )
        write_private(self._properties, settings)
        (self.folder / "log4j2.properties").write_text(_LOG4J)
        if not (data / "meta.properties").exists():
            shutil.rmtree(data, ignore_errors=True)
            self._format()

    def command(self) -> list[str]:
        """Return the command that runs the broker until SIGTERM; nothing secret stands in it."""
        return [*self._java(*_JAVA), "kafka.Kafka", str(self._properties)]

    @property
    def _properties(self) -> Path:
        return self.folder / "server.properties"

    def _java(self, *options: str) -> list[str]:
        settings = f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}"
        return [java(), *options, settings, "-cp", f"{self.libraries}/*"]

    def _format(self) -> None:
        """Format the data folder with the administrator's key, which goes by a file."""
        program, *options = self._java("-Xmx128m")
        file = self.folder / "format"
        write_private(file, format_arguments(options, self._properties, self.admin_password))
        try:
            done = subprocess.run(
                [program, f"@{file}"],
                check=False,
                capture_output=True,
                text=True,
                timeout=_PATIENCE,
            )
        finally:
            file.unlink()
        if done.returncode != 0:
            # What it prints holds keys: only its last line, which names the reason.
            said = done.stderr.strip().splitlines()
            raise KafkaError(f"Kafka's data folder cannot be formatted: {said[-1:] or ''}")


def server_properties(
    host: str, port: int, controller_port: int, data: Path, admin_password: str
) -> str:
    """Return the settings of a broker that clients reach by this host and port."""
    return _PROPERTIES.format(
        host=host,
        port=port,
        controller_port=controller_port,
        data=data,
        admin=ADMIN,
        admin_password=admin_password,
        controller=_CONTROLLER,
        # Of no use outside this process, which alone reads it.
        controller_password=secrets.token_urlsafe(24),
    )


def format_arguments(options: Iterable[str], properties: Path, admin_password: str) -> str:
    """Return the file of Java's arguments that formats a data folder unless it is formatted."""
    salt = secrets.token_bytes(24)
    salted = hashlib.pbkdf2_hmac("sha512", admin_password.encode(), salt, _ITERATIONS)
    scram = (
        f"SCRAM-SHA-512=[name={ADMIN},iterations={_ITERATIONS},"
        f'salt="{base64.b64encode(salt).decode()}",'
        f'saltedpassword="{base64.b64encode(salted).decode()}"]'
    )
    cluster = "-"
    while cluster.startswith("-"):  # which the tool would take for an option
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    arguments = [*options, "kafka.tools.StorageTool", "format", "--standalone"]
    arguments += ["--ignore-formatted", "-t", cluster, "-c", str(properties), "--add-scram", scram]
    return "\n".join(map(_quoted, arguments))


def _quoted(argument: str) -> str:
    """Quote an argument for Java's argument files."""
    escaped = argument.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
