"""Topics, users and ACLs of a Kafka cluster as `talent_contracts.topics` declares them.

Running it again mends what differs, and changes nothing else. Each service's user writes its own
topic alone, reads those it subscribes to, and is a member of its own group.
"""

import contextlib
import logging
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from confluent_kafka import KafkaError as ClientError
from confluent_kafka import KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)
from talent_contracts.topics import TOPICS, Topic

from .kafka import ADMIN, KafkaError

_SECONDS = 20.0
_ITERATIONS = 4096

_quiet = logging.getLogger("talent_stack.kafka_client")
"""What the client says of each lost connection, also while the broker is starting."""
_quiet.propagate = False


class Cluster:
    """A Kafka cluster under its administrator, or as another of its users sees it."""

    def __init__(self, servers: str, password: str, user: str = ADMIN) -> None:
        self._client = AdminClient(client_settings(servers, password, user), logger=_quiet)

    def wait(self, seconds: float) -> None:
        """Return once the broker serves its administrator; raises KafkaError."""
        end = time.monotonic() + seconds
        while True:
            with contextlib.suppress(KafkaException):
                self._client.list_topics(timeout=1.0)
                return
            if time.monotonic() >= end:
                raise KafkaError(f"Kafka does not answer within {seconds:.0f} s")

    def provision(
        self,
        passwords: Mapping[str, str],
        *,
        topics: Sequence[Topic] = TOPICS,
        replicas: int = 1,
    ) -> None:
        """Bring topics, users and ACLs to what is declared; raises KafkaError.

        `passwords` has one entry for each service that reads or writes.
        """
        try:
            self._set_passwords(passwords)
            self._make_topics(topics, replicas)
            self._configure(topics)
            self._allow({user: _rights(user, topics) for user in passwords})
        except KafkaException as error:
            raise KafkaError(f"Kafka refuses to be provisioned: {error.args[0].str()}") from error

    def differences(self, users: Collection[str], *, topics: Sequence[Topic] = TOPICS) -> list[str]:
        """Return where topics and rights are not as declared; raises KafkaError."""
        try:
            there = self._client.list_topics(timeout=_SECONDS).topics
            present = [topic for topic in topics if topic.name in there]
            found = [f"{topic.name} is missing" for topic in topics if topic not in present]
            for topic in present:
                number = len(there[topic.name].partitions)
                if number != topic.partitions:
                    found.append(f"{topic.name} has {number} partitions, not {topic.partitions}")
            found += self._other_settings(present)
            for user in users:
                wanted, held = _rights(user, topics), self._held(user)
                found += [f"{user} lacks {_told(right)}" for right in wanted - held]
                found += [f"{user} may {_told(right)} besides" for right in held - wanted]
        except KafkaException as error:
            raise KafkaError(f"Kafka does not tell: {error.args[0].str()}") from error
        return found

    def _other_settings(self, topics: Iterable[Topic]) -> list[str]:
        asked = {ConfigResource(ConfigResource.Type.TOPIC, one.name): one for one in topics}
        found = []
        for resource, future in self._client.describe_configs(list(asked)).items():
            has = future.result(_SECONDS)
            found += [
                f"{resource.name} has {name} = {has[name].value}, not {value}"
                for name, value in settings(asked[resource]).items()
                if has[name].value != value
            ]
        return found

    def _held(self, user: str) -> set[AclBinding]:
        everything = AclBindingFilter(
            ResourceType.ANY,
            None,
            ResourcePatternType.ANY,
            f"User:{user}",
            None,
            AclOperation.ANY,
            AclPermissionType.ANY,
        )
        return set(self._client.describe_acls(everything).result(_SECONDS))

    def _make_topics(self, topics: Iterable[Topic], replicas: int) -> None:
        there = self._client.list_topics(timeout=_SECONDS).topics
        for topic in topics:
            if topic.name in there:
                found = len(there[topic.name].partitions)
                if found != topic.partitions:
                    raise KafkaError(
                        f"{topic.name} has {found} partitions, not {topic.partitions}: adding "
                        "some would turn the order of its keys round; make a new topic"
                    )
        new = [
            NewTopic(topic.name, topic.partitions, replicas)
            for topic in topics
            if topic.name not in there
        ]
        if new:
            for future in self._client.create_topics(new).values():
                try:
                    future.result(_SECONDS)
                except KafkaException as error:
                    if error.args[0].code() != ClientError.TOPIC_ALREADY_EXISTS:
                        raise

    def _configure(self, topics: Sequence[Topic]) -> None:
        if not topics:
            return
        wanted = [
            ConfigResource(
                ConfigResource.Type.TOPIC,
                topic.name,
                incremental_configs=[
                    ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
                    for name, value in settings(topic).items()
                ],
            )
            for topic in topics
        ]
        _wait(self._client.incremental_alter_configs(wanted))

    def _set_passwords(self, passwords: Mapping[str, str]) -> None:
        kind = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, _ITERATIONS)
        if passwords:
            _wait(
                self._client.alter_user_scram_credentials(
                    [
                        UserScramCredentialUpsertion(user, kind, password.encode())
                        for user, password in passwords.items()
                    ]
                )
            )

    def _allow(self, wanted: Mapping[str, set[AclBinding]]) -> None:
        for user, bindings in wanted.items():
            there = self._held(user)
            if missing := bindings - there:
                _wait(self._client.create_acls(list(missing)))
            if surplus := there - bindings:
                _wait(self._client.delete_acls([_exactly(binding) for binding in surplus]))
            # What the broker knows it has from a log: passwords and topics were there before.
            end = time.monotonic() + _SECONDS
            while self._held(user) != bindings:
                if time.monotonic() >= end:
                    raise KafkaError(f"the rights of {user} do not arrive at the broker")
                time.sleep(0.05)


def client_settings(servers: str, password: str, user: str = ADMIN) -> dict[str, Any]:
    """Return how a client signs in to a cluster."""
    return {
        "bootstrap.servers": servers,
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": user,
        "sasl.password": password,
    }


def settings(topic: Topic) -> dict[str, str]:
    """Return the broker's settings of a topic."""
    return {
        "cleanup.policy": "delete",
        "retention.ms": _milliseconds(topic.retention.total_seconds()),
        "segment.ms": _milliseconds(topic.segment.total_seconds()),
        # The broker's clock decides about the age, not one that a producer may have shifted.
        "message.timestamp.type": "LogAppendTime",
    }


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))


def _rights(user: str, topics: Iterable[Topic]) -> set[AclBinding]:
    rights = {_binding(user, ResourceType.GROUP, user, AclOperation.READ)}
    for topic in topics:
        if topic.writer == user:
            rights.add(_binding(user, ResourceType.TOPIC, topic.name, AclOperation.WRITE))
        if user in topic.readers:
            rights.add(_binding(user, ResourceType.TOPIC, topic.name, AclOperation.READ))
    return rights


def _binding(user: str, kind: ResourceType, name: str, operation: AclOperation) -> AclBinding:
    return AclBinding(
        kind,
        name,
        ResourcePatternType.LITERAL,
        f"User:{user}",
        "*",
        operation,
        AclPermissionType.ALLOW,
    )


def _told(right: AclBinding) -> str:
    return f"{right.operation.name.lower()} {right.restype.name.lower()} {right.name}"


def _exactly(binding: AclBinding) -> AclBindingFilter:
    return AclBindingFilter(
        binding.restype,
        binding.name,
        binding.resource_pattern_type,
        binding.principal,
        binding.host,
        binding.operation,
        binding.permission_type,
    )


def _wait(futures: Mapping[Any, Any]) -> None:
    for future in futures.values():
        future.result(_SECONDS)
