"""The measurement table that assessments take: one row a value, as `Observation` in the contracts.

`time` is the start of the period in UTC, `period_s` its length; `value` stands in `unit`. Columns that repeat are
dictionary-encoded, which makes the table small and grouping fast on every engine.
"""

import pyarrow as pa

from clearbay.vocabulary.errors import ClearbayError

REPEATED = pa.dictionary(pa.int32(), pa.string())

SCHEMA = pa.schema(
    [
        pa.field("point_id", REPEATED, nullable=False),
        pa.field("code", REPEATED, nullable=False),
        pa.field("basis", REPEATED, nullable=False),
        pa.field("time", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("period_s", pa.int32(), nullable=False),
        pa.field("statistic", REPEATED, nullable=False),
        pa.field("value", pa.float64()),
        pa.field("text", pa.string()),
        pa.field("unit", REPEATED, nullable=False),
        pa.field("flag", REPEATED, nullable=False),
        pa.field("quality", pa.int8(), nullable=False),
        pa.field("source", pa.int32(), nullable=False),
        pa.field("row", pa.int64(), nullable=False),
    ]
)
"""Arrow schema of the measurement table.

`flag`: the HJ 212 letter as sent, empty when none, `ND` below the detection limit (then `value` is that limit).
`quality`: QARTOD 1, 2, 3, 4, 9. `source`, `row`: which file [index] and which line [1-based] a value came from.
"""


class ObservationsError(ClearbayError):
    """A measurement table does not have the shape that assessments take."""


def check(table: pa.Table) -> None:
    """Check that a table has the columns of `SCHEMA` (order and extra columns do not matter).

    Raises
    ------
    ObservationsError : a column is missing or of another type.
    """
    for field in SCHEMA:
        position = table.schema.get_field_index(field.name)
        if position < 0:
            raise ObservationsError(f"the measurement table has no column {field.name!r}")
        found = table.schema.field(position).type
        plain = found.value_type if pa.types.is_dictionary(found) else found
        wanted = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        same_text = pa.types.is_string(wanted) and (pa.types.is_large_string(plain) or pa.types.is_string_view(plain))
        if plain != wanted and not same_text:
            raise ObservationsError(f"column {field.name!r} of the measurement table is {found}, not {field.type}")
