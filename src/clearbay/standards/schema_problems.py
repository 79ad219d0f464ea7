"""What the schema has to say about a file, in words a person can act on and with line and column."""

from difflib import get_close_matches

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from clearbay.standards.schema import StandardFile
from clearbay.standards.yaml_source import Location, Source


def explain(error: ValidationError, source: Source) -> None:
    """Note every problem the schema found in the source it was found in."""
    said: set[tuple[Location, str]] = set()
    for detail in error.errors(include_url=False):
        location = _in_file(detail["loc"], source)
        reason, hint, at_key = _words(detail, location, source)
        if (location, reason) not in said:
            said.add((location, reason))
            source.problem(location, reason, hint, key=at_key)


def _in_file(loc: Location, source: Source) -> Location:
    """Keep the longest part of pydantic's location that stands in the file (unions add parts of their own)."""
    location: Location = ()
    for part in loc:
        if (*location, part) in source.marks:
            location = (*location, part)
    return location


def _words(detail: ErrorDetails, location: Location, source: Source) -> tuple[str, str, bool]:
    kind, loc = detail["type"], detail["loc"]
    name = str(loc[-1]) if loc else ""
    given = detail.get("input")
    if kind == "missing":
        return f"`{name}` is missing", "", False
    if kind == "extra_forbidden":
        near = get_close_matches(name, _known_keys(location[:-1]), n=1)
        hint = f"did you mean `{near[0]}`?" if near else ""
        if given is None and not near:
            hint = "a text with a comma in it needs quotes inside { }"
        return f"`{name}` is not known here", hint, True
    if kind == "value_error":
        return f"`{name}`: {detail['ctx']['error']}", "", False
    if kind == "literal_error":
        return f"`{name}` is `{given}`, but must be {detail['ctx']['expected']}", "", False
    if kind.startswith("date"):
        return f"`{name}` is `{given}`, which is not a day", "write it as 2026-03-01", False
    if kind in ("string_type", "dict_type", "list_type", "model_type", "bool_type") or kind.endswith("_parsing"):
        wanted = kind.split("_")[0]
        words = {
            "string": "text",
            "dict": "a table of `key: value`",
            "model": "a table of `key: value`",
            "list": "a list",
            "int": "a whole number",
            "decimal": "a number",
            "bool": "true or false",
        }
        return f"`{name}` must be {words.get(wanted, wanted)}, not `{given}`", "", False
    return f"`{name}`: {detail['msg']}", "", False


def _known_keys(location: Location) -> list[str]:
    """The keys the schema allows at a place in the file."""
    model: type[BaseModel] | None = StandardFile
    for part in location:
        if model is None or isinstance(part, int):
            continue
        field = model.model_fields.get(part)
        model = _model_in(field.annotation) if field else None
    return list(model.model_fields) if model else []


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _model_in(argument)
        if found:
            return found
    return None
