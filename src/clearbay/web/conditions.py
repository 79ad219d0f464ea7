"""Conditions of limits in words: what a permit's profile and a point's facts say (`level=1A`, `built=2021`)."""

from collections.abc import Mapping

from clearbay.web.text import Text, standards


def in_words(pairs: Mapping[str, str], t: Text) -> list[str]:
    """Say each condition in a language: its name, and its value as the standards name it.

    A name or value that nobody has named stays as it was written, so that nothing of a permit is hidden.
    """
    return [t("condition.pair", name=_name(name, t), value=_value(name, value, t)) for name, value in pairs.items()]


def _name(name: str, t: Text) -> str:
    return t(f"condition.{name}") if t.has(f"condition.{name}") else name


def _value(name: str, value: str, t: Text) -> str:
    for standard in standards():
        named = standard.profile_values.get(name, {}).get(value)
        if named is not None:
            return t.names.pick(*named)
    return value
