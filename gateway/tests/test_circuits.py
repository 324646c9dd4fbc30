"""A service that cannot be reached is left alone for a while, then tried by one."""

import pytest
from talent_gateway.circuits import FAILURES, SECONDS, Circuit
from talent_gateway.errors import ClientGone, OutcomeUnknown, UpstreamUnavailable
from talent_kit.problems import UpstreamTimeout


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def circuit(clock):
    return Circuit("policy", now=clock)


def fail(circuit, error=UpstreamUnavailable):
    with pytest.raises(error), circuit:
        raise error


@pytest.mark.parametrize("error", [UpstreamUnavailable, UpstreamTimeout])
def test_it_opens_after_so_many_failures_in_a_row(circuit, error):
    for _ in range(FAILURES):
        circuit.check()
        fail(circuit, error)
    with pytest.raises(UpstreamUnavailable) as caught:
        circuit.check()
    assert caught.value.extra_headers["Retry-After"] == str(int(SECONDS))
    with pytest.raises(UpstreamUnavailable), circuit:
        pytest.fail("nobody calls an open circuit")


def test_an_answer_between_begins_the_count_anew(circuit):
    for _ in range(FAILURES - 1):
        fail(circuit)
    with circuit:
        pass
    for _ in range(FAILURES - 1):
        fail(circuit)
    circuit.check()


@pytest.mark.parametrize("error", [OutcomeUnknown, ClientGone, ValueError])
def test_other_failures_neither_open_nor_close(circuit, error):
    for _ in range(2 * FAILURES):
        fail(circuit, error)
    circuit.check()
    for _ in range(FAILURES - 1):
        fail(circuit)
    fail(circuit, error)
    fail(circuit)
    with pytest.raises(UpstreamUnavailable):
        circuit.check()


def opened(circuit):
    for _ in range(FAILURES):
        fail(circuit)


def test_one_request_finds_out_and_an_answer_closes(circuit, clock):
    opened(circuit)
    clock.now = SECONDS - 0.1
    with pytest.raises(UpstreamUnavailable):
        circuit.check()
    clock.now = SECONDS
    circuit.check()
    with circuit, pytest.raises(UpstreamUnavailable):
        circuit.check()
    circuit.check()
    fail(circuit)
    circuit.check()


def test_a_probe_that_fails_opens_again(circuit, clock):
    opened(circuit)
    clock.now = SECONDS
    fail(circuit)
    with pytest.raises(UpstreamUnavailable):
        circuit.check()
    clock.now = 2 * SECONDS
    circuit.check()


def test_a_probe_whose_client_left_lets_the_next_try(circuit, clock):
    opened(circuit)
    clock.now = SECONDS
    fail(circuit, ClientGone)
    circuit.check()
