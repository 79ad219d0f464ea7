"""`python -m clearbay` is the command `clearbay`."""

from clearbay.cli import main

main()
