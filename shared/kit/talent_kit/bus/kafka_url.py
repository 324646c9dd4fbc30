"""Where a Kafka cluster is and how to sign in, as one URL."""

import ssl
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

_SCHEME = "kafka"
_PARAMETERS = {"security", "ca"}


def connection_settings(url: str) -> dict[str, Any]:
    """Return aiokafka's settings for `kafka://user:password@host:port[,host:port]`.

    `?security=` is SASL_SSL, the default, or SASL_PLAINTEXT, both with SCRAM-SHA-512; `ca=` names a
    file of certificates to trust. Raises ValueError, without naming what stands in the URL.
    """
    parts = urlsplit(url)
    login, _, servers = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    try:
        query = parse_qs(parts.query, strict_parsing=bool(parts.query))
    except ValueError:
        query = {"": []}
    security = query.get("security", ["SASL_SSL"])[-1]
    if (
        parts.scheme != _SCHEME
        or parts.path not in {"", "/"}
        or not (user and password)
        or not all(_is_server(server) for server in servers.split(","))
        or query.keys() - _PARAMETERS
        or security not in {"SASL_SSL", "SASL_PLAINTEXT"}
    ):
        raise ValueError(
            "the bus URL is not kafka://user:password@host:port[,host:port]"
            "?security=SASL_SSL|SASL_PLAINTEXT&ca=FILE"
        )
    settings: dict[str, Any] = {
        "bootstrap_servers": servers.split(","),
        "security_protocol": security,
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": unquote(user),
        "sasl_plain_password": unquote(password),
    }
    if security == "SASL_SSL":
        settings["ssl_context"] = _trusting(query.get("ca", [""])[-1])
    return settings


def _is_server(server: str) -> bool:
    host, _, port = server.rpartition(":")
    return bool(host) and port.isascii() and port.isdigit() and 0 < int(port) < 65536


def _trusting(ca: str) -> ssl.SSLContext:
    if ca and not Path(ca).is_file():
        raise ValueError("the file of certificates that the bus URL names is not there")
    return ssl.create_default_context(cafile=ca or None)
