"""Any schema and records that JSON allows come out with the same values, or are refused by name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import psycopg
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg import sql
from psycopg.types.json import set_json_loads
from target_running import load_nowhere, schema

from target_redshift.errors import LoadError
from target_redshift.names import conform

if TYPE_CHECKING:
    from pathlib import Path

    from target_running import Message, RedshiftWarehouse, Warehouse

# What only Postgres does in this way, or says in these words.
ENGINES = ("postgres",)
# What the loader replaces is tested by name elsewhere; here values have to stay as they are.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
NUMBER = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
ZONES = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
# Any instant of the years 0001 to 9999, whatever its offset.
INSTANTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=ZONES)  # noqa: DTZ001 - as hypothesis wants it
DEFINITIONS: dict[str, dict[str, Any]] = {
    "string": {"type": "string"},
    "uuid": {"type": "string", "format": "uuid"},
    "date-time": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "format": "time"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "object": {"type": "object", "properties": {"a": {"type": "integer"}}},
    "array": {"type": "array", "items": {"type": "string"}},
    "null": {"type": "null"},
    "open": {},
}
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "string": TEXT,
    "uuid": st.uuids().map(str),
    "date-time": INSTANTS,
    "date": st.dates(),
    "time": st.times().map(lambda clock: clock.replace(fold=0)),
    "integer": st.integers(-(2**70), 2**70),
    "number": NUMBER | st.integers(-(10**30), 10**30),
    "boolean": st.booleans(),
    "object": st.dictionaries(TEXT, JSON, max_size=3),
    "array": st.lists(JSON, max_size=3),
    "null": st.none(),
    "open": JSON,
}
KEYS = ("string", "date-time", "date", "time", "integer", "number", "boolean")
BOUNDED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@dataclass
class Part:
    """A SCHEMA and the records that follow it, as messages of their own or as a file."""

    schema: dict[str, Any]
    records: list[dict[str, Any]]
    is_file: bool

    def messages(self, folder: Path) -> list[Message]:
        stream = json.dumps(self.schema["stream"])
        records = [to_json(each) for each in self.records]
        if not self.is_file:
            wrapped = f'{{"type": "RECORD", "stream": {stream}, "record": '
            return [self.schema, *(f"{wrapped}{each}}}" for each in records)]
        file = folder / "batch.jsonl"
        file.write_text("\n".join(records))
        encoding = {"format": "jsonl", "compression": None}
        batch = {"type": "BATCH", "stream": self.schema["stream"], "encoding": encoding}
        return [self.schema, batch | {"manifest": [file.as_uri()]}]


@dataclass
class Run:
    """What a tap sends of one stream.

    Attributes:
        parts: Schemas and records.
        key: The property that is the key, if there is one.
        batch_size: After so many lines the loader commits.
        is_one: Whether it is one run, not one for each part.
    """

    parts: list[Part]
    key: str | None
    batch_size: int
    is_one: bool

    def messages(self, folder: Path) -> list[list[Message]]:
        """What each run of the loader takes."""
        parts = []
        for number, part in enumerate(self.parts):
            place = folder / f"{number}"
            place.mkdir(exist_ok=True)
            parts.append(part.messages(place))
        return [[message for part in parts for message in part]] if self.is_one else parts

    def expected(self) -> list[dict[str, Any]]:
        """The records that have to be there in the end: the last one of each key."""
        records = [record for part in self.parts for record in part.records]
        if self.key is None:
            return records
        return list({record[self.key]: record for record in records}.values())


@st.composite
def definitions(draw: st.DrawFn) -> tuple[dict[str, Any], st.SearchStrategy[Any]]:
    """A property's definition, and what its values are."""
    kinds = draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=3, unique=True))
    alternatives = [DEFINITIONS[each] for each in kinds]
    definition = alternatives[0]
    union = draw(st.sampled_from(["type", "anyOf", "oneOf", "nested"]))
    if union == "nested":
        definition = {"anyOf": [{"oneOf": alternatives}, {"type": "null"}]}
    elif union == "type" and all("type" in each and "format" not in each for each in alternatives):
        definition = {"type": [each["type"] for each in alternatives]}
    elif len(kinds) > 1:
        definition = {"oneOf" if union == "oneOf" else "anyOf": alternatives}
    values = st.one_of(*(VALUES[each] for each in kinds))
    # Dates and times among other types are text.
    is_mixed = len(set(kinds) - {"null"}) > 1
    return definition, values.map(spelled) if is_mixed else values


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """A stream whose schema changes: properties go, and come again with another type."""
    stream = draw(TEXT.filter(bool))
    names = draw(st.lists(TEXT, min_size=2, max_size=6, unique_by=conform))
    key_kind = draw(st.sampled_from([None, *KEYS]))
    key = names.pop(0) if key_kind else None
    key_values = draw(st.lists(VALUES[key_kind], min_size=1, max_size=3)) if key_kind else []
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        declared = {
            name: draw(definitions())
            for name in draw(st.lists(st.sampled_from(names), unique=True, max_size=4))
        }
        fixed = {key: st.sampled_from(key_values)} if key is not None else {}
        records = st.fixed_dictionaries(
            fixed, optional={name: values for name, (_, values) in declared.items()}
        )
        properties = {name: definition for name, (definition, _) in declared.items()}
        if key is not None and key_kind:
            properties[key] = DEFINITIONS[key_kind]
        message = schema(stream, properties, [] if key is None else [key])
        parts.append(Part(message, draw(st.lists(records, max_size=4)), draw(st.booleans())))
    return Run(parts, key, draw(st.sampled_from([1, 3, 100])), draw(st.booleans()))


def spelled(value: object) -> object:
    return value.isoformat() if isinstance(value, date | time) else value


def to_json(value: object) -> str:
    """JSON text of a value; numbers with all of their digits."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)}: {to_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(to_json, value)) + "]"
    return json.dumps(spelled(value), ensure_ascii=len(repr(value)) % 2 == 0)


def comparable(rows: list[dict[str, Any]]) -> list[str]:
    """Rows in an order of their own; an absent value is null."""
    return sorted(
        repr({name: normal(value) for name, value in sorted(row.items()) if value is not None})
        for row in rows
    )


def normal(value: object) -> str:
    """The one spelling of a value: an instant in UTC, a number without exponent and last zeros."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, dict):
        return repr({name: normal(each) for name, each in sorted(value.items())})
    if isinstance(value, list):
        return repr([normal(each) for each in value])
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        text = f"{Decimal(value) or Decimal(0):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return repr(value)


def read_postgres(warehouse: Warehouse) -> list[dict[str, Any]]:
    """The only table's rows by the source's names; of columns beside each other one has a value."""
    with psycopg.connect(warehouse.url) as connection:
        set_json_loads(lambda text: json.loads(text, parse_float=Decimal), connection)
        found = connection.execute(
            "select c.relname, a.attname, coalesce(col_description(c.oid, a.attnum), '')"
            " from pg_class c join pg_attribute a on a.attrelid = c.oid"
            " where c.relnamespace = 'raw'::regnamespace and c.relkind = 'r' and a.attnum > 0"
        ).fetchall()
        sources = {column: source for _, column, source in found}
        cursor = connection.execute(
            sql.SQL("select * from {}").format(sql.Identifier("raw", found[0][0]))
        )
        names = [column.name for column in cursor.description or []]
        rows = cursor.fetchall()
    assert {row[names.index("_sdc_meta")] for row in rows} <= {None}
    return [
        {
            sources[name]: value
            for name, value in zip(names, row, strict=True)
            if value is not None and not name.startswith("_sdc_")
        }
        for row in rows
    ]


@BOUNDED
@given(runs())
def test_values_come_out_as_they_went_in(warehouse: Warehouse, tmp_path: Path, run: Run) -> None:
    warehouse.query("drop schema if exists raw cascade")
    for messages in run.messages(tmp_path):
        warehouse.load(*messages, batch_size_rows=run.batch_size)
    assert comparable(read_postgres(warehouse)) == comparable(run.expected())


def read_redshift(warehouse: RedshiftWarehouse) -> list[dict[str, Any]]:
    """The same of a Redshift."""
    [table] = [name for name in warehouse.tables() if not name.startswith("_sdc")]
    described = warehouse.described(table)
    sources = {name: source for name, (_, source) in described.items()}
    # The driver reads days before 1582 as if the calendar were Caesar's, and clocks as floats.
    plain = {"date": date.fromisoformat, "time without time zone": time.fromisoformat}
    columns = ", ".join(
        f'cast("{name}" as varchar) as "{name}"' if kind in plain else f'"{name}"'
        for name, (kind, _) in described.items()
    )
    rows = warehouse.read(f'select {columns} from raw."{table}"')  # noqa: S608 - conformed names
    for row in rows:
        for name, (kind, _) in described.items():
            if kind in plain and row[name] is not None:
                row[name] = plain[kind](row[name])
    assert {str(row["_sdc_meta"]) for row in rows} <= {"None"}
    return [
        {
            str(sources[name] or ""): value
            for name, value in row.items()
            if value is not None and not name.startswith("_sdc_")
        }
        for row in rows
    ]


def load_all_but_refused(
    warehouse: RedshiftWarehouse, messages: list[Message], batch_size: int
) -> list[Message]:
    """Load messages; those that were not refused by name."""
    warehouse.load(
        *messages, batch_size_rows=batch_size, on_invalid_record="quarantine", max_rejected=10**6
    )
    refused = set()
    for table in [name for name in warehouse.tables() if name.endswith("__rejected")]:
        rows = warehouse.query(f'select line_number, reason from raw."{table}"')  # noqa: S608 - a conformed name
        assert all("digits before the point" in reason for _, reason in rows)
        refused |= {line for line, _ in rows}
        warehouse.query(f'drop table raw."{table}"')
    return [each for line, each in enumerate(messages, 1) if line not in refused]


CLOCK = Part(
    schema("s", {"a": DEFINITIONS["time"]}, []), [{"a": time(0, 5, microsecond=1)}], is_file=False
)


@settings(BOUNDED, max_examples=8)
@given(runs())
@example(Run([CLOCK], None, batch_size=1, is_one=False))
def test_redshift_keeps_what_postgres_keeps_or_refuses_it_by_name(
    postgres_warehouse: Warehouse,
    redshift_warehouse: RedshiftWarehouse,
    tmp_path: Path,
    run: Run,
) -> None:
    for warehouse in (postgres_warehouse, redshift_warehouse):
        warehouse.clear()
    for part in run.parts:
        part.is_file = False  # so that lines are those of the input
    for messages in run.messages(tmp_path):
        kept = load_all_but_refused(redshift_warehouse, messages, run.batch_size)
        postgres_warehouse.load(*kept)
    assert comparable(read_redshift(redshift_warehouse)) == comparable(
        read_postgres(postgres_warehouse)
    )


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=10), JSON, definitions())
def test_a_record_is_taken_or_refused_by_name(
    name: str, value: object, declared: tuple[dict[str, Any], Any]
) -> None:
    line = (
        f'{{"type": "RECORD", "stream": "s", "record": {{{json.dumps(name)}: {to_json(value)}}}}}'
    )
    try:
        text = load_nowhere(schema("s", {name: declared[0]}), line)
    except LoadError as error:
        assert 'Line 2 of the input, stream "s"' in str(error)  # noqa: PT017 - either is right
    else:
        assert text.count(b"\n") == 1


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60))
@example(b"NaN")
def test_a_line_of_any_bytes_is_taken_or_refused_by_name(line: bytes) -> None:
    flat = line.replace(b"\n", b" ")
    try:
        load_nowhere(schema("s", {"a": {"type": "string"}}), flat)
    except LoadError as error:
        assert "Line 2 of the input" in str(error)  # noqa: PT017 - either is right


@settings(max_examples=300, deadline=None)
@given(
    st.recursive(
        JSON,
        lambda inner: st.fixed_dictionaries(
            {}, optional=dict.fromkeys(("type", "properties", "anyOf", "required"), inner)
        ),
    ),
    st.none() | JSON,
)
@example({"properties": {}, "required": [[]]}, None)
def test_a_schema_of_any_json_is_taken_or_refused_by_name(declared: object, key: object) -> None:
    text = f'{{"type": "SCHEMA", "stream": "s", "schema": {to_json(declared)}, '
    try:
        load_nowhere(f'{text}"key_properties": {to_json(key)}}}')
    except LoadError as error:
        assert 'stream "s"' in str(error)  # noqa: PT017 - either is right
