"""Bodies in, answers out, and when a call is stopped."""

import asyncio
import logging
from contextlib import nullcontext

import pytest
from talent_kit.logs import JsonFormatter
from talent_kit.problems import Unavailable

PERSONAL = "Ms Example, 350702199001010017"
LEAST = 1024
"""The smallest body limit that settings allow."""


@pytest.mark.parametrize(("size", "status"), [(LEAST - 1, 200), (LEAST, 200), (LEAST + 1, 413)])
@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_is_limited(make_edge, size, status, chunked):
    async def chunks():
        for start in range(0, size, 100):
            yield b"x" * min(100, size - start)

    async with make_edge(max_body_bytes=LEAST) as edge:
        content = chunks() if chunked else b"x" * size
        answer = await edge.client.post("/v1/talents", content=content)
        assert answer.status_code == status
        if status == 200:
            assert answer.json()["length"] == size
            headers = dict(answer.json()["headers"])
            assert headers["content-length"] == str(size)
            assert "transfer-encoding" not in headers
        else:
            assert answer.json()["code"] == "too-large"
            assert answer.headers["connection"] == "close"
            assert edge.identity.calls == 0


@pytest.mark.parametrize(("size", "status"), [(2**20, 200), (2**20 + 1, 413)])
async def test_the_limit_is_a_mebibyte_by_default(edge, size, status):
    assert (await edge.client.post("/v1/talents", content=b"x" * size)).status_code == status


@pytest.mark.parametrize(("size", "status"), [(LEAST, 200), (LEAST + 1, 200), (LEAST + 2, 413)])
async def test_a_file_has_a_limit_of_its_own(make_edge, size, status):
    async with make_edge(max_body_bytes=LEAST, max_upload_bytes=LEAST + 1) as edge:
        answer = await edge.client.post("/v1/filing-lists", content=b"x" * size)
        assert answer.status_code == status


@pytest.mark.parametrize(("method", "path"), [("PUT", ""), ("POST", "/x/cancellation")])
async def test_only_who_posts_a_file_may_send_more(make_edge, method, path):
    async with make_edge(max_body_bytes=LEAST) as edge:
        content = b"x" * (LEAST + 1)
        answer = await edge.client.request(method, f"/v1/filing-lists{path}", content=content)
        assert answer.status_code == 413


async def test_a_service_that_does_not_begin_in_time_is_cancelled(make_edge):
    async with make_edge(timeout=0.1) as edge:
        answer = await edge.client.get("/v1/talents/slow")
        assert answer.status_code == 504
        assert answer.json()["code"] == "upstream-timeout"
        assert edge.identity.cancelled.is_set()


async def test_an_answer_that_began_in_time_may_take_longer(make_edge):
    async with make_edge(timeout=0.3) as edge:
        answer = await edge.client.get("/v1/talents/stream")
        assert answer.text.endswith("end")
        assert not edge.identity.cancelled.is_set()


class Plain:
    """An upstream that is one function."""

    def __init__(self, serve):
        self._serve = serve

    def lifespan(self):
        return nullcontext()

    async def __call__(self, scope, receive, send):
        await self._serve(scope, receive, send)


async def _silent(scope, receive, send):
    await receive()


async def _broken(scope, receive, send):
    raise ValueError(PERSONAL)


async def _timed_out_itself(scope, receive, send):
    raise TimeoutError(PERSONAL)


@pytest.mark.parametrize("serve", [_silent, _broken, _timed_out_itself])
async def test_a_service_that_gives_no_answer_leaves_the_outcome_open(make_edge, caplog, serve):
    caplog.handler.setFormatter(JsonFormatter())
    async with make_edge(more={"mounts": {"/odd": Plain(serve)}}) as edge:
        with caplog.at_level(logging.INFO):
            answer = await edge.client.get("/odd/x")
    assert answer.status_code == 503
    assert answer.json()["code"] == "outcome-unknown"
    assert answer.headers["retry-after"] == "1"
    for text in (answer.text, caplog.text):
        assert PERSONAL not in text
        assert "Traceback" not in text


async def test_a_problem_of_the_port_is_rendered_as_it_is(make_edge):
    async def down(scope, receive, send):
        raise Unavailable(headers={"Retry-After": "7"})

    async with make_edge(more={"mounts": {"/odd": Plain(down)}}) as edge:
        answer = await edge.client.get("/odd/x")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")


async def test_a_service_that_answers_its_own_cancellation_is_not_heard(make_edge):
    async def stubborn(scope, receive, send):
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"late"})

    async with make_edge(timeout=0.1, more={"mounts": {"/odd": Plain(stubborn)}}) as edge:
        answer = await edge.client.get("/odd/x")
    assert answer.status_code == 504


class Line:
    """A client's end of one request, moved by hand."""

    def __init__(self, gateway, path, **scope):
        self.messages = asyncio.Queue()
        self.sent = []
        whole = {
            "type": "http",
            "method": "POST",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [],
            "client": ("192.0.2.1", 1),
        }
        self.done = asyncio.create_task(gateway(whole | scope, self.messages.get, self._send))

    async def _send(self, message):
        self.sent.append(message)

    def say(self, body, more):
        self.messages.put_nowait({"type": "http.request", "body": body, "more_body": more})

    def leave(self):
        self.messages.put_nowait({"type": "http.disconnect"})


CHUNKED = [(b"transfer-encoding", b"chunked")]


async def test_a_client_that_leaves_takes_its_call_with_it(edge, caplog):
    line = Line(edge.gateway, "/v1/talents/slow")
    line.say(b"", more=False)
    await edge.identity.entered.wait()
    with caplog.at_level(logging.INFO):
        line.leave()
        await asyncio.wait_for(line.done, 1)
    assert edge.identity.cancelled.is_set()
    assert line.sent == []
    assert [record.status for record in caplog.records if record.message == "request"] == [499]


async def test_a_client_that_leaves_within_an_answer_ends_it(edge):
    line = Line(edge.gateway, "/v1/talents/stream")
    line.say(b"", more=False)
    await edge.identity.entered.wait()
    line.leave()
    await asyncio.wait_for(line.done, 1)
    assert edge.identity.cancelled.is_set()


async def test_a_client_that_leaves_within_its_body_reaches_no_service(edge):
    line = Line(edge.gateway, "/v1/talents", headers=CHUNKED)
    line.say(b"half", more=True)
    line.leave()
    await asyncio.wait_for(line.done, 1)
    assert line.sent == []
    assert edge.identity.calls == 0


async def test_a_body_that_comes_too_slowly_is_refused(make_edge):
    async with make_edge(timeout=0.1) as edge:
        line = Line(edge.gateway, "/v1/talents", headers=CHUNKED)
        line.say(b"half", more=True)
        await asyncio.wait_for(line.done, 1)
    assert line.sent[0]["status"] == 408
    assert (b"connection", b"close") in line.sent[0]["headers"]
    assert edge.identity.calls == 0


@pytest.mark.parametrize(("announced", "refused"), [(LEAST - 1, 0), (LEAST, 0), (LEAST + 1, 1)])
async def test_a_body_announced_too_large_is_refused_before_it_comes(make_edge, announced, refused):
    async with make_edge(max_body_bytes=LEAST, timeout=0.1) as edge:
        line = Line(edge.gateway, "/v1/talents", headers=[(b"content-length", b"%d" % announced)])
        await asyncio.wait_for(line.done, 1)
    assert line.sent[0]["status"] == (413 if refused else 408)


async def test_a_body_past_the_limit_is_refused_before_its_end(make_edge):
    async with make_edge(max_body_bytes=LEAST) as edge:
        line = Line(edge.gateway, "/v1/talents", headers=CHUNKED)
        line.say(b"x" * LEAST, more=True)
        await asyncio.sleep(0.02)
        assert line.sent == []
        line.say(b"x", more=True)
        await asyncio.wait_for(line.done, 1)
    assert line.sent[0]["status"] == 413


async def test_a_service_that_reads_on_hears_when_the_client_left(make_edge):
    heard = []

    async def reads_on(scope, receive, send):
        heard.append((await receive())["body"])
        heard.append((await receive())["type"])

    async def shielded(scope, receive, send):
        await asyncio.shield(asyncio.create_task(reads_on(scope, receive, send)))

    async with make_edge(more={"mounts": {"/odd": Plain(shielded)}}) as edge:
        line = Line(edge.gateway, "/odd/x", headers=[(b"content-length", b"2")])
        line.say(b"ab", more=False)
        await asyncio.sleep(0.02)
        line.leave()
        await asyncio.wait_for(line.done, 1)
        await asyncio.sleep(0.02)
    assert heard == [b"ab", "http.disconnect"]


async def test_work_after_the_answer_is_not_cut_off(make_edge):
    finished = []

    async def lingers(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"done"})
        await asyncio.sleep(0.05)
        finished.append(True)

    async with make_edge(more={"mounts": {"/odd": Plain(lingers)}}) as edge:
        line = Line(edge.gateway, "/odd/x")
        line.say(b"", more=False)
        await asyncio.sleep(0.02)
        line.leave()
        await asyncio.wait_for(line.done, 1)
    assert finished


async def test_an_answer_that_breaks_off_is_not_completed(edge):
    line = Line(edge.gateway, "/v1/talents/cut")
    line.say(b"", more=False)
    await asyncio.wait_for(line.done, 1)
    assert [message["type"] for message in line.sent] == [
        "http.response.start",
        "http.response.body",
    ]
    assert line.sent[-1]["more_body"]
