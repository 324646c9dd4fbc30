"""The stack's folder: ports and secrets that stay, and where each part keeps its own."""

import json
import socket
from pathlib import Path

from talent_kit.private_files import kept_secret, write_private

from .settings import StackSettings


class StackFolder:
    """What outlives the processes; for the eyes of its owner alone."""

    def __init__(self, settings: StackSettings) -> None:
        self.path = settings.dir.absolute()
        self._settings = settings

    def make(self) -> None:
        """Make the folders; raises OSError."""
        for folder in (self.path, self.path / "secrets", self.path / "keys", self.path / "clients"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def secret(self, name: str) -> str:
        """Return a secret between two parts, made at the first use."""
        return kept_secret(self.path / "secrets" / name)

    def client_secret(self, client: str) -> str:
        """Return the secret of one of Keycloak's clients, made at the first use."""
        return kept_secret(self.path / "clients" / client)

    def key_file(self, name: str) -> Path:
        return self.path / "keys" / name

    def port(self, name: str) -> int:
        """Return the port of a part: what was last given, else its usual or a free one.

        It is remembered, so that no later command need be told where the stack stands.
        """
        field = f"{name}_port".replace("-", "_")
        asked: int = getattr(self._settings, field, 0)
        file = self.path / "ports.json"
        ports: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
        if name not in ports or (asked and field in self._settings.model_fields_set):
            port = asked or _free_port(set(ports.values()))
            if ports.get(name) != port:
                write_private(file, json.dumps(ports | {name: port}, indent=1))
            return port
        return ports[name]

    def another_port(self, name: str) -> str:
        """Tell how a part gets another port."""
        if name == "gateway":
            return "set PORT"
        if f"{name}_port" in StackSettings.model_fields:
            return f"set STACK_{name.upper()}_PORT"
        return f"take {name} out of {self.path / 'ports.json'}"


def _free_port(taken: set[int]) -> int:
    while True:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = int(listener.getsockname()[1])
        if port not in taken:
            return port
