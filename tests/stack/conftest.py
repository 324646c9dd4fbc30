"""A broker for the session, started with the first test that asks for it."""

import os
import secrets
import signal
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from talent_contracts.topics import Topic
from talent_stack.fetch import fetch
from talent_stack.kafka import ADMIN, Kafka
from talent_stack.provisioning import Cluster
from talent_stack.testing import stop_still

ROOT = Path(__file__).parents[2]
# The contract of the bus, and how to wait, stand beside the kit's own tests.
sys.path.insert(0, str(ROOT / "shared" / "kit" / "tests"))

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "talent-cloud"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Broker:
    """A Kafka process that tests may kill, stop and start again on its data."""

    def __init__(self, folder):
        self.password = secrets.token_urlsafe(12)
        self.kafka = Kafka(
            folder=folder / "kafka",
            libraries=fetch("kafka", CACHE),
            port=free_port(),
            controller_port=free_port(),
            admin_password=self.password,
        )
        self.log = folder / "kafka.log"
        self.cluster = Cluster(self.kafka.servers, self.password)
        self.passwords = {
            "identity": secrets.token_urlsafe(12),
            "policy": secrets.token_urlsafe(12),
        }

    def start(self):
        self.kafka.prepare()
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                self.kafka.command(), stdout=log, stderr=log, start_new_session=True
            )
        self.cluster.wait(90)

    def stop_still(self):
        stop_still(self.process.pid)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def end(self):
        self.process.kill()
        self.process.wait()

    def make(self, *names, partitions=3):
        """Make topics that only the administrator may use."""
        day = timedelta(days=1)
        self.cluster.provision(
            {}, topics=[Topic(name, "nobody", (), partitions, day, day) for name in names]
        )

    def url(self, user=ADMIN):
        return self.kafka.url(user, self.passwords.get(user, self.password))


@pytest.fixture(scope="session")
def broker(tmp_path_factory):
    """One broker with the platform's topics, users and ACLs."""
    broker = Broker(tmp_path_factory.mktemp("broker"))
    try:
        broker.start()
        broker.cluster.provision(broker.passwords)
        yield broker
    finally:
        broker.end()
