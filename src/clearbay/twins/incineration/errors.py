"""The errors of the incineration twin; each says what is wrong, where, and what to do."""

from clearbay.vocabulary.errors import ClearbayError


class InfeasibleCase(ClearbayError):
    """An input, or a set of inputs, that no plant could have."""


class PlantFileError(ClearbayError):
    """A plant file that cannot be read as a plant: names the file, the place in it and what is wrong."""
