"""Problems that only the edge can have."""

from talent_kit.problems import BadRequest, Problem, Text, Unavailable


class PathRefused(BadRequest):
    code = "path-refused"
    title = Text("地址格式不允许", "The path is not written in its plain form")


class HeadersAmbiguous(BadRequest):
    code = "headers-ambiguous"
    title = Text("请求头含义不明确", "The headers can be read in more than one way")


class BodyTooSlow(Problem):
    status = 408
    code = "body-too-slow"
    title = Text("请求内容未及时送达", "The request's content did not arrive in time")


class UpstreamUnavailable(Unavailable):
    """The service cannot be reached, or could not a moment ago: nothing was done."""

    code = "upstream-unavailable"
    title = Text("服务暂时无法连接，请稍后重试", "The service cannot be reached: try again later")


class OutcomeUnknown(Unavailable):
    """The service had the request and gave no answer, such as one that died over it."""

    code = "outcome-unknown"
    title = Text(
        "服务未应答，无法确认请求是否已处理，请使用相同的 Idempotency-Key 重试",
        "The service gave no answer, so it is not known whether this was done: "
        "repeat it with the same Idempotency-Key",
    )


class NotReady(Unavailable):
    code = "not-ready"
    title = Text("尚未就绪", "Not ready yet")


class ClientGone(Exception):  # noqa: N818 - nobody is left to tell, so it is no problem
    """The client left before its answer was complete."""
