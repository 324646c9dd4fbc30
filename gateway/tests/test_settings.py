"""Settings come from the environment and keep to their bounds."""

import pytest
from pydantic import ValidationError
from talent_gateway import GatewaySettings

NEEDED = {"issuer": "https://issuer.test", "jwks_url": "file:///jwks.json"}


def test_settings_come_from_the_environment(monkeypatch):
    for name, value in {**NEEDED, "rate": "2.5", "timeout": "9"}.items():
        monkeypatch.setenv(f"GATEWAY_{name.upper()}", value)
    settings = GatewaySettings()
    assert (settings.issuer, settings.rate, settings.timeout) == ("https://issuer.test", 2.5, 9)
    assert (settings.max_body_bytes, settings.rate_burst) == (1_048_576, 20)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("max_body_bytes", [1024, 1025], [1023]),
        ("max_upload_bytes", [1024, 1025], [1023]),
        ("timeout", [0.01, 600], [0, 600.1]),
        ("rate", [0, 0.1], [-0.1]),
        ("rate_burst", [1, 2], [0]),
        ("trace_sample", [0, 1], [-0.1, 1.1]),
        ("public_url", ["", "https://a.test:8443"], ["a.test", "https://a.test/path", "ftp://a"]),
    ],
)
def test_settings_have_bounds(name, good, bad):
    for value in good:
        assert getattr(GatewaySettings(**NEEDED | {name: value}), name) == value
    for value in bad:
        with pytest.raises(ValidationError):
            GatewaySettings(**NEEDED | {name: value})
