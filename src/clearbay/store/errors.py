"""What can go wrong with a store."""

from clearbay.vocabulary.errors import ClearbayError


class StoreError(ClearbayError):
    """The store cannot do what was asked; the message says why and what to do."""


class StoreFull(StoreError):
    """There is no room to write durably; nothing of the batch was kept, and nothing may be acknowledged."""


class StoreInUse(StoreError):
    """Another process owns the store."""


class StoreDamaged(StoreError):
    """What lies on disk is not what the manifest says."""
