"""What guards the web face: who may read and write, forms that are really ours, headers, sizes, rates."""

from clearbay.web.security.access import AccountsWanted, SignInFirst, require, session_of, writer
from clearbay.web.security.install import install, refuse_without_accounts

__all__ = ["AccountsWanted", "SignInFirst", "install", "refuse_without_accounts", "require", "session_of", "writer"]
