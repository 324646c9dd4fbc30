"""What can be wrong with a certificate's request."""

from talent_kit.problems import Conflict, NotFound, Text


class CertificateNotFound(NotFound):
    code = "certificate-not-found"
    title = Text("没有找到该证明", "No such certificate")


class CertificateRevoked(Conflict):
    code = "certificate-revoked"
    title = Text("该证明已撤销", "The certificate was revoked")
