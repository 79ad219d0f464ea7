"""What can be wrong with a fleet."""

from clearbay.vocabulary.errors import ClearbayError


class FleetError(ClearbayError):
    """A fleet cannot be made or steered as asked: says which logger or value, and what it may be."""
