"""What stands behind a sign-in: WeChat, the issuer that gives tokens, the directory of accounts."""

from .directory import Directory, NoDirectory, StaffRole
from .opening import Accounts, open_accounts

__all__ = ["Accounts", "Directory", "NoDirectory", "StaffRole", "open_accounts"]
