"""A Kafka cluster as one URL."""

import ssl

import pytest
from talent_kit.bus import EmbeddedBus, KafkaBus, open_bus
from talent_kit.bus.kafka_url import connection_settings


def test_servers_login_and_security_are_read():
    found = connection_settings("kafka://po%3Alicy:p%40ss%2F@a:9092,b:9093?security=SASL_PLAINTEXT")
    assert found == {
        "bootstrap_servers": ["a:9092", "b:9093"],
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "po:licy",
        "sasl_plain_password": "p@ss/",
    }


def test_without_a_word_about_security_it_is_encrypted_and_checked():
    found = connection_settings("kafka://u:p@a:9092")
    assert found["security_protocol"] == "SASL_SSL"
    assert found["ssl_context"].verify_mode == ssl.CERT_REQUIRED


@pytest.mark.parametrize(
    "url",
    [
        "kafka://a:9092",
        "kafka://u@a:9092",
        "kafka://u:secret@a",
        "kafka://u:secret@",
        "kafka://u:secret@a:0",
        "kafka://u:secret@a:65536",
        "kafka://u:secret@a:9092,",
        "kafka://u:secret@a:9092/path",
        "kafka://u:secret@a:9092?security=PLAINTEXT",
        "kafka://u:secret@a:9092?acks=0",
        "kafka://u:secret@a:9092?nonsense",
        "kafka://u:secret@a:9092?ca=/not/there",
        "amqp://u:secret@a:9092",
    ],
)
def test_anything_else_is_refused_without_a_word_of_it(url):
    with pytest.raises(ValueError, match="bus URL") as refused:
        connection_settings(url)
    assert "secret" not in str(refused.value)


def test_the_url_decides_which_bus_it_is():
    assert isinstance(open_bus("kafka://u:p@a:9092"), KafkaBus)
    assert isinstance(open_bus("postgresql+asyncpg://a/bus"), EmbeddedBus)
