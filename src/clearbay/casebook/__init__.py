"""What people write while the service runs, and who may: follow-ups, nuisance reports, alarms, accounts, the log."""

from clearbay.casebook.book import Casebook
from clearbay.casebook.database import CasebookError
from clearbay.casebook.writer import Writer

__all__ = ["Casebook", "CasebookError", "Writer"]
