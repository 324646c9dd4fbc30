"""What can be wrong with a certificate's request."""

from talent_kit.problems import Conflict, NotFound, Text, Unavailable


class CertificateNotFound(NotFound):
    code = "certificate-not-found"
    title = Text("没有找到该证明", "No such certificate")


class CertificateRevoked(Conflict):
    code = "certificate-revoked"
    title = Text("该证明已撤销", "The certificate was revoked")


class HolderUnknown(Unavailable):
    code = "holder-unknown"
    title = Text("暂时无法取得姓名，请稍候重试", "The name cannot be had now: try again shortly")
