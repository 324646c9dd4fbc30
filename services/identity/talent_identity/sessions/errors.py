"""What can be wrong with signing in."""

from talent_kit.problems import (
    Forbidden,
    Invalid,
    NotFound,
    Text,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)


class CodeNotAccepted(Invalid):
    code = "sign-in-code-refused"
    title = Text(
        "登录凭证无效或已使用，请重新获取", "The code is not good, or not any more: get another"
    )


class SignInBlocked(Forbidden):
    code = "sign-in-blocked"
    title = Text("此账号暂不能登录", "This account may not sign in")


class SignInTooOften(TooManyRequests):
    code = "sign-in-too-often"
    title = Text("登录过于频繁，请稍后再试", "Signed in too often: try again later")


class ProviderUnavailable(Unavailable):
    code = "sign-in-unavailable"
    title = Text("登录服务暂不可用，请稍后重试", "Signing in is not available now: try again later")


class ProviderNotOffered(NotFound):
    code = "sign-in-not-offered"
    title = Text("此处不提供该登录方式", "This way of signing in is not offered here")


class SessionEnded(Unauthenticated):
    code = "session-ended"
    title = Text("登录已结束，请重新登录", "The session has ended: sign in again")


class SessionNotFound(NotFound):
    code = "session-not-found"
    title = Text("没有找到该登录", "No such session")
