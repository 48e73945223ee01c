"""Tables and columns that somebody else made, or wrote on: dbt, another loader, a person."""

# ruff: noqa: S608 - queries are of names that the tests choose
from __future__ import annotations

import logging
from decimal import Decimal
from typing import Any

import pytest
from target_running import Warehouse, record, schema

from target_redshift.errors import LoadError

# What only Postgres does in this way, or says in these words.
ENGINES = ("postgres",)
TEXT = {"type": ["string", "null"]}
INTEGER = {"type": ["integer", "null"]}
NUMBER = {"type": ["number", "null"]}
INSTANT = {"type": ["string", "null"], "format": "date-time"}
CLOCK = {"type": ["string", "null"], "format": "time"}


def load(warehouse: Warehouse, declared: dict[str, Any], *values: object) -> None:
    warehouse.load(schema("s", {"x": declared}), *(record("s", {"x": value}) for value in values))


class TestColumns:
    """A column that holds less than ours takes our type, if nothing in it is lost by that."""

    @pytest.mark.parametrize(
        ("theirs", "sent", "ours"),
        [
            (("varchar(9)", "'old'"), (TEXT, "much longer than nine"), "text"),
            (("varchar", "'old'"), (TEXT, "new"), "text"),
            (("smallint", "1"), (INTEGER, 2**40), "bigint"),
            (("integer", "1"), (INTEGER, 2**40), "bigint"),
            (("numeric(12,0)", "1"), (INTEGER, 10**14), "numeric"),
            (("smallint", "1"), (NUMBER, 0.5), "numeric"),
            (("integer", "1"), (NUMBER, 0.5), "numeric"),
            (("numeric(12,2)", "1.25"), (NUMBER, 0.123456789), "numeric"),
            (("timestamptz(0)", "'2026-11-22Z'"), (INSTANT, None), "timestamp with time zone"),
            (("time(0)", "'06:47'"), (CLOCK, "06:47:00.123456"), "time without time zone"),
        ],
    )
    def test_they_are_widened(
        self,
        warehouse: Warehouse,
        theirs: tuple[str, str],
        sent: tuple[dict[str, Any], object],
        ours: str,
    ) -> None:
        kind, value = theirs
        warehouse.query(
            f"create schema raw; create table raw.s (x {kind}); insert into raw.s values"
            f" ({value}); create table raw.before as select x::{ours} from raw.s"
        )
        load(warehouse, *sent)
        assert warehouse.columns("s") == {"x": ours}
        assert warehouse.query("select x from raw.s limit 1") == warehouse.query(
            "select x from raw.before"
        )
        assert warehouse.values("select count(*) from raw.s") == [2]

    @pytest.mark.parametrize("theirs", ["real", "double precision"])
    def test_of_inexact_numbers_every_digit_stays(self, warehouse: Warehouse, theirs: str) -> None:
        warehouse.query(
            f"create schema raw; create table raw.s (x {theirs});"
            " insert into raw.s values (0.1), (1.2345678901234567)"
        )
        texts = warehouse.values("select x::text from raw.s")
        load(warehouse, NUMBER, 1)
        assert warehouse.columns("s") == {"x": "numeric"}
        assert warehouse.values("select x from raw.s") == [*map(Decimal, texts), Decimal(1)]

    @pytest.mark.parametrize(
        ("theirs", "declared", "suffix"),
        [
            ("timestamp", INSTANT, "ts"),
            ("char(3)", TEXT, "str"),
            ("uuid", TEXT, "str"),
            ("json", {"type": ["object", "null"]}, "json"),
            ("double precision", INTEGER, "int"),
            ("text", INTEGER, "int"),
        ],
    )
    def test_of_another_type_they_stay_and_one_of_ours_stands_beside(
        self,
        warehouse: Warehouse,
        caplog: pytest.LogCaptureFixture,
        theirs: str,
        declared: dict[str, Any],
        suffix: str,
    ) -> None:
        warehouse.query(
            f"create schema raw; create table raw.s (x {theirs}, mine int);"
            " insert into raw.s values (null, 1)"
        )
        before = warehouse.columns("s")
        for _ in range(2):
            load(warehouse, declared, None)
        assert list(warehouse.columns("s")) == ["x", "mine", f"x__{suffix}"]
        assert before.items() <= warehouse.columns("s").items()
        [told] = [each.message for each in caplog.records if each.levelno == logging.WARNING]
        assert f'it goes into the new column "x__{suffix}" beside it' in told

    def test_a_view_on_one_is_never_broken(self, warehouse: Warehouse) -> None:
        warehouse.query(
            "create schema raw; create table raw.s (x integer); create view raw.v as table raw.s"
        )
        load(warehouse, INTEGER, 2**40)
        assert warehouse.columns("s") == {"x": "integer", "x__int": "bigint"}
        assert warehouse.values("select x from raw.v") == [None]

    def test_defaults_and_constraints_stand(self, warehouse: Warehouse) -> None:
        warehouse.query(
            "create schema raw; create table raw.s (id bigint primary key,"
            " n int not null default 5, twice bigint generated always as (id * 2) stored)"
        )
        keyed = schema("s", {"id": INTEGER}, ["id"])
        for _ in range(2):
            warehouse.load(keyed, record("s", {"id": 1}))
        assert warehouse.query("select id, n, twice from raw.s") == [(1, 5, 2)]

    def test_a_constraint_that_a_record_breaks_is_named(self, warehouse: Warehouse) -> None:
        warehouse.query("create schema raw; create table raw.s (id bigint check (id < 9))")
        keyed = schema("s", {"id": INTEGER}, ["id"])
        records = [record("s", {"id": number}) for number in (1, 10, 2)]
        with pytest.raises(LoadError, match=r"record id='10'.*violates check constraint"):
            warehouse.load(keyed, *records)
        warehouse.load(keyed, *records, on_invalid_record="quarantine", max_rejected=1)
        assert warehouse.values("select id from raw.s") == [1, 2]
        assert warehouse.values("select record from raw.s__rejected") == ['{"id": 10}']

    def test_without_comments_they_belong_to_the_first_property(self, warehouse: Warehouse) -> None:
        warehouse.query("create schema raw; create table raw.s (a_b text)")
        for names in (["aB", "a_b"], ["a_b", "aB"]):
            values = {name: name for name in names}
            warehouse.load(schema("s", dict.fromkeys(names, TEXT)), record("s", values))
        assert warehouse.query("select a_b, a_b_2 from raw.s") == [("aB", "a_b")] * 2


class TestComments:
    """What a person writes on a column or table is left alone, and costs nothing."""

    @pytest.mark.parametrize("comment", ["Price in rupees", "x", "Preis (netto)", "price__num"])
    def test_on_a_column(self, warehouse: Warehouse, comment: str) -> None:
        two = {"Price": NUMBER, "price": NUMBER}
        warehouse.load(schema("s", two), record("s", {"Price": 1, "price": 2}))
        warehouse.query(f"comment on column raw.s.price is '{comment}'")
        reversed_order = dict(reversed(two.items()))
        warehouse.load(schema("s", reversed_order), record("s", {"Price": 1, "price": 2}))
        assert warehouse.query("select price, price_2 from raw.s") == [(1, 2)] * 2
        assert list(warehouse.columns("s")) == ["price", "price_2"]
        assert warehouse.values(
            "select col_description('raw.s'::regclass, attnum) from pg_attribute"
            " where attrelid = 'raw.s'::regclass and attname = 'price'"
        ) == [comment]

    def test_on_a_column_beside_an_older_one(self, warehouse: Warehouse) -> None:
        load(warehouse, TEXT, "a")
        load(warehouse, NUMBER, 1)
        warehouse.query("comment on column raw.s.x__num is 'what it costs'")
        load(warehouse, NUMBER, 2)
        load(warehouse, TEXT, "b")
        rows = [("a", None), (None, Decimal(1)), (None, Decimal(2)), ("b", None)]
        assert warehouse.query("select x, x__num from raw.s") == rows

    @pytest.mark.parametrize("comment", ["Orders of the shop", "Orders\n\nSinger stream: a-b"])
    def test_on_a_table(self, warehouse: Warehouse, comment: str) -> None:
        for _ in range(2):
            warehouse.load(schema("a-b", {"x": INTEGER}), record("a-b", {"x": 1}))
            warehouse.query(f"comment on table raw.a_b is '{comment}'")
        warehouse.load(schema("a-b", {"x": INTEGER}), record("a-b", {"x": 1}))
        assert warehouse.values("select obj_description('raw.a_b'::regclass)") == [
            comment.partition("\n")[0] + "\n\nSinger stream: a-b"
        ]
        with pytest.raises(LoadError, match='"a-b" and "a_b" would share the table'):
            warehouse.load(schema("a_b", {"x": INTEGER}))


class TestTables:
    def test_without_a_comment_they_belong_to_the_first_stream(self, warehouse: Warehouse) -> None:
        warehouse.query("create schema raw; create table raw.a_b (id bigint)")
        warehouse.load(schema("a-b", {"id": INTEGER}, ["id"]), record("a-b", {"id": 1}))
        with pytest.raises(LoadError, match='"a-b" and "a_b" would share the table'):
            warehouse.load(schema("a_b", {"id": INTEGER}, ["id"]), record("a_b", {"id": 1}))

    def test_a_partitioned_one_serves(self, warehouse: Warehouse) -> None:
        warehouse.query(
            "create schema raw; create table raw.s (id bigint) partition by range (id);"
            " create table raw.s_1 partition of raw.s default"
        )
        for _ in range(2):
            warehouse.load(schema("s", {"id": INTEGER}, ["id"]), record("s", {"id": 1}))
        assert warehouse.values("select id from raw.s_1") == [1]

    @pytest.mark.parametrize("relation", ["view raw.s as select 1 as x", "sequence raw.s"])
    def test_what_is_no_table_is_named(self, warehouse: Warehouse, relation: str) -> None:
        warehouse.query(f"create schema raw; create {relation}")
        with pytest.raises(LoadError, match=r'"raw\.s", where stream "s" belongs, is no table'):
            load(warehouse, INTEGER, 1)

    def test_a_type_that_another_loader_chose_is_named(self, warehouse: Warehouse) -> None:
        warehouse.query("create schema raw; create table raw.s (x bigint, _sdc_sequence text)")
        with pytest.raises(LoadError, match=r'Column "_sdc_sequence" .* another loader made it'):
            load(warehouse, INTEGER, 1)

    @pytest.mark.parametrize("first", ["users__key", "users"])
    def test_the_index_of_a_key_has_a_name_that_no_stream_has(
        self, warehouse: Warehouse, first: str
    ) -> None:
        names = {"users", "users__key", "users__key_2"}
        for name in sorted(names, key=lambda name: name != first):
            warehouse.load(schema(name, {"x": INTEGER}, ["x"]), record(name, {"x": 1}))
            warehouse.load(schema(name, {"x": INTEGER}, ["x"]), record(name, {"x": 1}))
        for name in names:
            assert warehouse.values(f"select x from raw.{name}") == [1]


class TestRejected:
    """A stream that is called as another one's table of invalid records is not mixed with it."""

    OURS = schema("users", {"x": INTEGER})
    THEIRS = schema("users__rejected", {"record": TEXT})
    BAD = record("users", {"x": "no number"})
    SHARED = r'"users(__rejected)?"( \(its invalid records\))? and .* would share the table'

    def test_in_one_run(self, warehouse: Warehouse) -> None:
        with pytest.raises(LoadError, match=self.SHARED):
            warehouse.load(self.OURS, self.THEIRS, self.BAD, on_invalid_record="quarantine")
        with pytest.raises(LoadError, match=self.SHARED):
            warehouse.load(self.OURS, self.BAD, self.THEIRS, on_invalid_record="quarantine")

    def test_in_another_run(self, warehouse: Warehouse) -> None:
        quarantine = {"on_invalid_record": "quarantine", "max_rejected": 1}
        warehouse.load(self.OURS, self.BAD, **quarantine)
        with pytest.raises(LoadError, match=self.SHARED):
            warehouse.load(self.THEIRS)
        warehouse.query("drop table raw.users__rejected")
        warehouse.load(self.THEIRS, record("users__rejected", {"record": "a"}))
        with pytest.raises(LoadError, match=self.SHARED):
            warehouse.load(self.OURS, self.BAD, **quarantine)
        assert warehouse.values("select record from raw.users__rejected") == ["a"]

    def test_records_need_a_schema_of_their_own(self, warehouse: Warehouse) -> None:
        stray = record("users__rejected", {"record": "a"})
        with pytest.raises(LoadError, match="there was no SCHEMA yet"):
            warehouse.load(self.OURS, self.BAD, stray, on_invalid_record="quarantine")
