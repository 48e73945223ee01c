"""Schemas that change, versions that pass, records that are put aside."""

# ruff: noqa: S608 - queries are of names that the tests choose
from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from target_running import Warehouse, record, schema, state

from target_redshift.errors import LoadError

ID = {"id": {"type": "integer"}}
TYPES: dict[str, dict[str, Any]] = {
    "string": {"type": ["string", "null"]},
    "integer": {"type": ["integer", "null"]},
    "number": {"type": ["number", "null"]},
    "boolean": {"type": ["boolean", "null"]},
    "date": {"type": ["string", "null"], "format": "date"},
    "date-time": {"type": ["string", "null"], "format": "date-time"},
    "object": {"type": ["object", "null"]},
}
SAMPLES: dict[str, Any] = {
    "string": "x",
    "integer": 7,
    "number": 7.5,
    "boolean": True,
    "date": "2026-11-22",
    "date-time": "2026-11-22T06:47:00Z",
    "object": {"a": 1},
}
SUFFIXES = {
    "string": "str",
    "integer": "int",
    "number": "num",
    "boolean": "bool",
    "date": "date",
    "date-time": "ts",
    "object": "json",
}


def typed(kind: str, stream: str = "s") -> dict[str, Any]:
    return schema(stream, {**ID, "price": TYPES[kind]}, ["id"])


def row(number: int, kind: str, stream: str = "s") -> dict[str, Any]:
    return record(stream, {"id": number, "price": SAMPLES[kind]})


def test_a_new_property_becomes_a_column_while_rows_are_pending(warehouse: Warehouse) -> None:
    more = schema("s", {**ID, "price": TYPES["integer"], "newProperty": TYPES["string"]}, ["id"])
    for first in (1, 1):
        warehouse.load(
            typed("integer"),
            row(first, "integer"),
            more,
            record("s", {"id": first + 1, "newProperty": "x"}),
            row(first, "integer"),
            typed("integer"),
            row(first + 2, "integer"),
        )
        assert warehouse.query("select id, price, new_property from raw.s order by id") == [
            (1, 7, None),
            (2, None, "x"),
            (3, 7, None),
        ]


@pytest.mark.parametrize("kind", [each for each in TYPES if each not in ("integer", "number")])
def test_an_incompatible_type_gets_its_own_column_in_both_directions(
    warehouse: Warehouse, kind: str
) -> None:
    for one, other in ((kind, "number"), ("number", kind)):
        stream = f"from_{one}"
        table = stream.replace("-", "_")
        for _ in range(2):
            warehouse.load(
                typed(one, stream),
                row(1, one, stream),
                typed(other, stream),
                row(2, other, stream),
                typed(one, stream),
                row(3, one, stream),
            )
            beside = f"price__{SUFFIXES[other]}"
            assert list(warehouse.columns(table)) == ["id", "price", beside]
            filled = f'select id, price is not null, "{beside}" is not null from raw."{table}"'
            assert sorted(warehouse.query(filled)) == [
                (1, True, False),
                (2, False, True),
                (3, True, False),
            ]


def test_integers_become_numbers_and_stay_so(warehouse: Warehouse) -> None:
    warehouse.load(typed("integer"), row(1, "integer"), typed("number"), row(2, "number"))
    warehouse.load(typed("integer"), row(3, "integer"))
    assert warehouse.columns("s") == warehouse.spelled(id="bigint", price="numeric")
    prices = warehouse.values("select price from raw.s order by id")
    assert prices == [Decimal(7), Decimal("7.5"), Decimal(7)]


def test_an_integer_beyond_64_bits_widens_its_column(warehouse: Warehouse) -> None:
    big = 2**63
    warehouse.load(
        typed("integer"),
        record("s", {"id": 1, "price": 5}),
        record("s", {"id": big, "price": -big - 1}),
        record("s", {"id": 2, "price": 6}),
        record("s", {"id": big, "price": 10**37}),
    )
    assert set(warehouse.columns("s").values()) == {warehouse.whole_number}
    expected = [(1, 5), (2, 6), (big, 10**37)]
    assert warehouse.query("select id, price from raw.s order by id") == expected
    warehouse.load(typed("integer"), record("s", {"id": big, "price": 1}))
    assert warehouse.values(f"select price from raw.s where id = {big}") == [1]


def test_a_column_that_a_view_reads_gets_a_wider_one_beside_it(warehouse: Warehouse) -> None:
    warehouse.load(typed("integer"), row(1, "integer"))
    warehouse.query("create view raw.v as select price from raw.s")
    warehouse.load(typed("number"), row(2, "number"))
    assert warehouse.columns("s") == warehouse.spelled(
        id="bigint", price="bigint", price__num="numeric"
    )


def test_a_key_of_another_type_is_refused(warehouse: Warehouse) -> None:
    """Beside each other the same row would stand twice."""
    warehouse.load(schema("s", ID, ["id"]), record("s", {"id": 1}))
    text_id = schema("s", {"id": {"type": "string"}}, ["id"])
    with pytest.raises(LoadError, match=r'key property "id" is bigint .* and (text|char)'):
        warehouse.load(text_id, record("s", {"id": "1"}))
    assert warehouse.query("select id from raw.s") == [(1,)]


def test_a_key_that_a_view_keeps_from_widening_is_refused(warehouse: Warehouse) -> None:
    warehouse.load(schema("s", ID, ["id"]), record("s", {"id": 1}))
    warehouse.query("create view raw.v as select id from raw.s")
    with pytest.raises(LoadError, match="drop the views"):
        warehouse.load(schema("s", ID, ["id"]), record("s", {"id": 2**64}))
    assert warehouse.query("select id from raw.s") == [(1,)]


def test_colliding_names_keep_their_columns_whatever_the_order(warehouse: Warehouse) -> None:
    names = ["Price", "price", "PRICE"]
    for order in (names, names[::-1]):
        warehouse.load(
            schema("s", ID | dict.fromkeys(order, TYPES["string"]), ["id"]),
            record("s", {"id": 1, **{name: name for name in order}}),
        )
    assert warehouse.query("select price, price_2, price_3 from raw.s") == [tuple(names)]


def test_a_schema_that_repeats_costs_no_commit_and_no_hand_over(
    postgres_warehouse: Warehouse,
) -> None:
    warehouse = postgres_warehouse  # which tells rows of one transaction from others
    messages = [each for n in range(300) for each in (typed("integer"), row(n, "integer"))]
    warehouse.load(*messages)
    # One for the table, one for the rows.
    assert warehouse.values("select count(distinct xmin::text) from raw.s") == [1]


MADE_BY_DBT = "create schema raw; create table raw.s (id timestamptz, price date, other text)"


def test_an_empty_table_of_others_takes_the_streams_types(warehouse: Warehouse) -> None:
    """Else a tap whose types differ from the models' contract would fill columns beside."""
    warehouse.query(MADE_BY_DBT)
    other = warehouse.columns("s")["other"]
    warehouse.load(typed("object"), row(1, "object"))
    assert warehouse.columns("s") == warehouse.spelled(id="bigint", price="jsonb", other=other)
    assert warehouse.query("select id, price from raw.s") == [(1, SAMPLES["object"])]
    warehouse.query("delete from raw.s")  # from here on the table is the stream's
    warehouse.load(typed("string"), row(2, "string"))
    assert "price__str" in warehouse.columns("s")


def test_a_table_of_others_that_holds_rows_keeps_its_types(warehouse: Warehouse) -> None:
    warehouse.query(f"{MADE_BY_DBT}; insert into raw.s values ('2026-11-22', '2026-11-22', 'x')")
    with pytest.raises(LoadError, match='key property "id" is timestamp with time zone'):
        warehouse.load(typed("date"), row(1, "date"))


def test_an_empty_table_that_a_view_reads_keeps_its_types(warehouse: Warehouse) -> None:
    warehouse.query(f"{MADE_BY_DBT}; create view raw.v as select id from raw.s")
    with pytest.raises(LoadError, match="drop the views"):
        warehouse.load(typed("date"), row(1, "date"))


def test_a_type_that_another_loader_chose_is_named(warehouse: Warehouse) -> None:
    warehouse.query("create schema raw; create table raw.s (id bigint, _sdc_sequence text)")
    with pytest.raises(LoadError, match=r'Column "_sdc_sequence" .* another loader made it'):
        warehouse.load(typed("integer"))


class TestVersions:
    def messages(self, version: int, *numbers: int) -> list[dict[str, Any]]:
        return [
            typed("integer"),
            *(record("s", {"id": number}, version=version) for number in numbers),
        ]

    def activate(self, version: int) -> dict[str, Any]:
        return {"type": "ACTIVATE_VERSION", "stream": "s", "version": version}

    def live(self, warehouse: Warehouse) -> list[Any]:
        return warehouse.values("select id from raw.s where _sdc_deleted_at is null order by id")

    @pytest.mark.parametrize("hard", [False, True])
    def test_older_versions_go(self, warehouse: Warehouse, *, hard: bool) -> None:
        warehouse.load(*self.messages(1, 1, 2, 3), self.activate(1), hard_delete=hard)
        assert self.live(warehouse) == [1, 2, 3]
        warehouse.load(*self.messages(2, 2, 3, 4), self.activate(2), hard_delete=hard)
        assert self.live(warehouse) == [2, 3, 4]
        assert warehouse.values("select count(*) from raw.s") == [3 if hard else 4]

    def test_a_version_that_never_was_activated_does_no_harm(self, warehouse: Warehouse) -> None:
        warehouse.load(*self.messages(1, 1, 2), self.activate(1))
        warehouse.load(*self.messages(2, 2))
        assert self.live(warehouse) == [1, 2]
        warehouse.load(*self.messages(3, 1, 2), self.activate(3))
        assert self.live(warehouse) == [1, 2]

    def test_activated_before_its_records(self, warehouse: Warehouse) -> None:
        warehouse.load(*self.messages(1, 1, 2), self.activate(1))
        warehouse.load(self.messages(2)[0], self.activate(2), *self.messages(2, 2, 3))
        assert self.live(warehouse) == [2, 3]

    def test_a_deleted_row_that_comes_again_lives(self, warehouse: Warehouse) -> None:
        warehouse.load(*self.messages(1, 1, 2), self.activate(1))
        warehouse.load(*self.messages(2, 1), self.activate(2), *self.messages(2, 2))
        assert self.live(warehouse) == [1, 2]

    def test_rows_without_a_version_are_of_no_older_one(self, warehouse: Warehouse) -> None:
        """A tap that gives its records no version would lose them all at once."""
        warehouse.load(typed("integer"), row(1, "integer"))
        warehouse.load(*self.messages(2, 2), self.activate(2), hard_delete=True)
        assert self.live(warehouse) == [1, 2]

    def test_they_may_be_ignored(self, warehouse: Warehouse) -> None:
        options = {"process_activate_version_messages": False}
        warehouse.load(*self.messages(1, 1), self.activate(1), **options)
        warehouse.load(*self.messages(2, 2), self.activate(2), **options)
        assert self.live(warehouse) == [1, 2]

    def test_without_metadata_they_are_ignored(self, warehouse: Warehouse) -> None:
        warehouse.load(*self.messages(1, 1), self.activate(1), add_record_metadata=False)
        assert warehouse.values("select id from raw.s") == [1]


class TestQuarantine:
    MESSAGES = (
        typed("integer"),
        row(1, "integer"),
        record("s", {"id": 2, "price": "much"}),
        '{"type": "RECORD", "stream": "s", "record": {"id": 3, "price": NaN}}',
        record("s", {"price": 4}),
        row(5, "integer"),
        state({"at": 5}),
    )

    def test_invalid_records_are_put_aside_with_their_reason(self, warehouse: Warehouse) -> None:
        states = warehouse.load(*self.MESSAGES, on_invalid_record="quarantine", max_rejected=3)
        assert states == [{"at": 5}]
        assert warehouse.values("select id from raw.s order by id") == [1, 5]
        rejected = warehouse.query(
            "select line_number, record, reason, rejected_at is not null, _sdc_batched_at is not"
            " null from raw.s__rejected order by line_number"
        )
        assert [(each[0], each[3], each[4]) for each in rejected] == [
            (3, True, True),
            (4, True, True),
            (5, True, True),
        ]
        assert rejected[0][1:3] == (
            '{"id": 2, "price": "much"}',
            """property "price": '"much"' is no number""",
        )
        assert "NaN" in rejected[1][1]
        assert rejected[2][2] == 'its key property "id" has no value'

    def test_too_many_end_the_run_after_everything_is_committed(self, warehouse: Warehouse) -> None:
        with pytest.raises(LoadError, match=r"3 invalid records .* max_rejected \(2\)"):
            warehouse.load(*self.MESSAGES, on_invalid_record="quarantine", max_rejected=2)
        assert warehouse.values("select id from raw.s order by id") == [1, 5]
        assert warehouse.values("select count(*) from raw.s__rejected") == [3]

    def test_without_it_the_first_one_ends_the_run(self, warehouse: Warehouse) -> None:
        with pytest.raises(LoadError, match=r"Line 3 .* record id='2': property \"price\""):
            warehouse.load(*self.MESSAGES)
