"""What stands behind a sign-in: WeChat, the issuer that gives tokens, the directory of accounts."""

from .directory import Directory, NoDirectory
from .opening import Accounts, open_accounts

__all__ = ["Accounts", "Directory", "NoDirectory", "open_accounts"]
