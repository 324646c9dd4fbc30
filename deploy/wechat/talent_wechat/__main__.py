"""`python -m talent_wechat serve`."""

import argparse

from talent_kit.commands import Commands, serve_app

from .main import create_app
from .settings import WeChatSettings


async def _serve(_: argparse.Namespace) -> int:
    """Serve HTTP on host and port until SIGTERM."""
    settings = WeChatSettings()
    return await serve_app(settings, create_app(settings))


commands = Commands("talent_wechat")
commands.add("serve", _serve)

if __name__ == "__main__":
    raise SystemExit(commands.main())
