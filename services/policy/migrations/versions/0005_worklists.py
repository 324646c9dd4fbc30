"""Numbers, work lists and figures of applications."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    pass
