"""What only Redshift asks of a table: widths in bytes, digits of numbers, keys, sizes of values."""

from __future__ import annotations

import json
import threading
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import redshift_connector
from redshift_connector.error import ProgrammingError
from target_running import encode, load_nowhere, raw_record, record, schema

from target_redshift.errors import LoadError, WarehouseError
from target_redshift.limits import Limits
from target_redshift.redshift_limits import RedshiftLimits
from target_redshift.redshift_tables import RedshiftTable, fit_table, grow_columns
from target_redshift.rows import Layout
from target_redshift.schema import read_schema
from target_redshift.settings import OnOversize, Settings
from target_redshift.target import TargetRedshift

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redshift_connector.cursor import Cursor
    from target_running import Warehouse

TEXT = {"type": ["string", "null"]}
NUMBER = {"type": ["number", "null"]}
ID = {"type": "integer"}


def load(warehouse: Warehouse, declared: dict[str, Any], *values: object, **config: object) -> None:
    messages = [record("s", {"id": n, "x": value}) for n, value in enumerate(values)]
    warehouse.load(schema("s", {"id": ID, "x": declared}, ["id"]), *messages, **config)


def loaded(warehouse: Warehouse) -> list[Any]:
    return warehouse.values("select x from raw.s order by id")


class TestWidths:
    @pytest.mark.parametrize(
        ("declared", "width"),
        [
            (TEXT, 1024),
            (TEXT | {"maxLength": 3}, 12),
            (TEXT | {"maxLength": 70_000}, 65_535),
            ({"anyOf": [TEXT | {"maxLength": 3}, TEXT]}, 1024),
            ({"anyOf": [TEXT | {"maxLength": 3}, TEXT | {"maxLength": 5}]}, 20),
        ],
    )
    def test_a_new_column_is_as_wide_as_its_schema_says(
        self, redshift_warehouse: Warehouse, declared: dict[str, Any], width: int
    ) -> None:
        load(redshift_warehouse, declared)
        assert redshift_warehouse.columns("s")["x"] == f"character varying({width})"

    def test_it_grows_as_values_need_it(self, redshift_warehouse: Warehouse) -> None:
        texts = ["a", "é" * 600, "b" * 5000, "c" * 65_535, '"\\\t\n' * 500]
        load(redshift_warehouse, TEXT | {"maxLength": 3}, "abc")
        for count, width in ((1, 12), (2, 3072), (3, 12288), (4, 65_535), (5, 65_535)):
            load(redshift_warehouse, TEXT | {"maxLength": 3}, *texts[:count])
            assert redshift_warehouse.columns("s")["x"] == f"character varying({width})"
            assert loaded(redshift_warehouse) == texts[:count]

    def test_two_loaders_grow_one_column(self, redshift_warehouse: Warehouse) -> None:
        declared = schema("s", {"id": ID, "x": TEXT}, ["id"])
        redshift_warehouse.load(declared)
        failed: list[BaseException] = []

        def run(first: int, length: int) -> None:
            messages = [record("s", {"id": first + n, "x": "x" * length}) for n in range(4)]
            target = TargetRedshift(config=redshift_warehouse.config | {"batch_size_rows": 2})
            try:
                data = encode([declared, *messages])
                target.load(iter_lines(data))  # type: ignore[arg-type]  # bytes serve as well
                target.process_endofpipe()
            except LoadError as error:
                failed.append(error)

        runs = [threading.Thread(target=run, args=each) for each in ((0, 3000), (10, 20_000))]
        for each in runs:
            each.start()
        for each in runs:
            each.join()
        assert not failed
        assert redshift_warehouse.query("select id, len(x) from raw.s order by id") == [
            *((n, 3000) for n in range(4)),
            *((10 + n, 20_000) for n in range(4)),
        ]


def iter_lines(data: bytes) -> object:
    import io  # noqa: PLC0415 - of this helper alone

    return io.BytesIO(data)


@pytest.fixture
def cursor(redshift_warehouse: Warehouse) -> Iterator[Cursor]:
    names = ("host", "port", "database", "user", "password")
    connection = redshift_connector.connect(
        **{name: redshift_warehouse.config[name] for name in names}, ssl=False
    )
    connection.autocommit = True
    yield connection.cursor()
    connection.close()


class TestGrowth:
    """Growth at the wrong moment, and where Redshift refuses it."""

    def fit(self, warehouse: Warehouse, cursor: object) -> tuple[RedshiftTable, Layout]:
        settings = Settings.from_config(TargetRedshift(config=warehouse.config).config)
        parsed = read_schema("s", {"properties": {"x": TEXT}}, [], strict=True)
        layout = Layout(parsed, with_metadata=False)
        return fit_table(cursor, settings, layout), layout  # type: ignore[arg-type]  # may be a stand-in

    def test_what_another_loader_made_wider_is_not_taken_back(
        self, redshift_warehouse: Warehouse, cursor: Cursor
    ) -> None:
        table, layout = self.fit(redshift_warehouse, cursor)
        redshift_warehouse.query("alter table raw.s alter column x type varchar(50000)")
        grow_columns(cursor, table, {layout.properties[0]: 2000})
        assert redshift_warehouse.columns("s") == {"x": "character varying(50000)"}

    @pytest.mark.parametrize("sqlstate", ["0A000", "XX000"])
    def test_a_column_that_cannot_grow_gets_a_wide_one_beside_it(
        self,
        redshift_warehouse: Warehouse,
        cursor: Cursor,
        caplog: pytest.LogCaptureFixture,
        sqlstate: str,
    ) -> None:
        """As one that Redshift itself has made a sort key."""

        class Refusing:
            def execute(self, statement: str, values: object = ()) -> Cursor:
                if " type varchar" in statement:
                    raise ProgrammingError({"C": sqlstate, "M": "found unexpected dependency"})
                return cursor.execute(statement, values)

            def __getattr__(self, name: str) -> object:
                return getattr(cursor, name)

        for _ in range(2):
            table, layout = self.fit(redshift_warehouse, Refusing())
            grow_columns(Refusing(), table, {layout.properties[0]: 2000})  # type: ignore[arg-type]
            assert table.targets[layout.properties[0]] == "x__str"
        assert redshift_warehouse.columns("s") == {
            "x": "character varying(1024)",
            "x__str": "character varying(65535)",
        }
        assert 'property "x" goes into the column "x__str"' in caplog.text


class TestNumbers:
    @pytest.mark.parametrize(
        ("declared", "kind"),
        [
            (NUMBER, "numeric(38,9)"),
            (NUMBER | {"multipleOf": 0.01}, "numeric(38,2)"),
            (NUMBER | {"multipleOf": 1e-12}, "numeric(38,12)"),
            (NUMBER | {"multipleOf": 1e-40}, "numeric(38,37)"),
            ({"anyOf": [ID, NUMBER | {"multipleOf": 0.5}]}, "numeric(38,1)"),
        ],
    )
    def test_a_new_column_has_the_digits_that_its_schema_says(
        self, redshift_warehouse: Warehouse, declared: dict[str, Any], kind: str
    ) -> None:
        load(redshift_warehouse, declared)
        assert redshift_warehouse.columns("s")["x"] == kind

    def test_more_digits_after_the_point_rebuild_the_column(
        self, redshift_warehouse: Warehouse
    ) -> None:
        """A click-through rate of Google's has 17."""
        load(redshift_warehouse, NUMBER, 1.5, None)
        messages = [
            raw_record("s", '{"id": 2, "x": 0.03333333333333333}'),
            raw_record("s", '{"id": 3, "x": 1e-7}'),
            raw_record("s", '{"id": 4, "x": 2.500000000000000000000}'),
        ]
        for _ in range(2):
            redshift_warehouse.load(schema("s", {"id": ID, "x": NUMBER}, ["id"]), *messages)
            assert redshift_warehouse.columns("s") == {"id": "bigint", "x": "numeric(38,18)"}
            assert loaded(redshift_warehouse) == [
                Decimal("1.5"),
                None,
                Decimal("0.03333333333333333"),
                Decimal("1e-7"),
                Decimal("2.5"),
            ]
        assert redshift_warehouse.described("s")["x"][1] == "x"

    def test_a_column_that_cannot_be_rebuilt_gets_one_beside_it(
        self, redshift_warehouse: Warehouse
    ) -> None:
        """Twenty-five digits before the point leave room for thirteen."""
        load(redshift_warehouse, NUMBER, 10**25)
        redshift_warehouse.load(
            schema("s", {"id": ID, "x": NUMBER}, ["id"]),
            raw_record("s", '{"id": 1, "x": 0.0123456789012}'),
        )
        assert redshift_warehouse.columns("s")["x__num"] == "numeric(38,18)"
        rows = redshift_warehouse.query("select x, x__num from raw.s order by id")
        assert rows == [(10**25, None), (None, Decimal("0.0123456789012"))]

    @pytest.mark.parametrize(
        "number", ["1e29", "0." + "1" * 38, "123456789012345678901.0123456789"]
    )
    def test_what_no_column_holds_is_named(self, number: str, limited: None) -> None:  # noqa: ARG002 - a fixture
        with pytest.raises(LoadError, match=r'property "x": .* digits before the point .*DECIMAL'):
            load_nowhere(schema("s", {"x": NUMBER}), raw_record("s", f'{{"x": {number}}}'))


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Redshift's limits without a Redshift."""
    monkeypatch.setattr("target_running.NoWarehouse.limits", RedshiftLimits(OnOversize.FAIL))


LONG_KEY = "x" * 70_000


class TestOversize:
    LONG = "ä" * 40_000

    def test_it_ends_the_run(self, limited: None) -> None:  # noqa: ARG002 - a fixture
        told = r'property "x": it has 80,000 bytes, and a VARCHAR takes 65,535 .*on_oversize'
        with pytest.raises(LoadError, match=told):
            load_nowhere(schema("s", {"x": TEXT}), record("s", {"x": self.LONG}))

    def test_a_long_row_of_short_texts_is_fine(self, limited: None) -> None:  # noqa: ARG002 - a fixture
        names = {f"x{n}": TEXT for n in range(9)}
        nested = {"o": {"type": "object"}}
        text = load_nowhere(
            schema("s", names | nested),
            record("s", dict.fromkeys(names, "x" * 16_000) | {"o": {"a": self.LONG * 9}}),
        )
        assert text.count(b"\n") == 1

    @pytest.mark.parametrize("size", [20_000_000, 70_000_000])
    def test_json_beyond_16_mb_is_named(self, limited: None, size: int) -> None:  # noqa: ARG002 - a fixture
        with pytest.raises(LoadError, match=r"bytes, and a SUPER takes 16,000,000"):
            load_nowhere(schema("s", {"o": {}}), record("s", {"o": "x" * size}))

    @pytest.mark.parametrize("kept", [True, False])
    def test_it_is_put_elsewhere(self, redshift_warehouse: Warehouse, *, kept: bool) -> None:
        choice = "super" if kept else "null"
        load(redshift_warehouse, TEXT, "short", self.LONG, on_oversize=choice)
        assert loaded(redshift_warehouse) == ["short", None]
        notes = redshift_warehouse.values("select _sdc_meta from raw.s order by id")
        [_, note] = notes
        if kept:
            note["oversized"]["x"] = "".join(note["oversized"]["x"])
        assert notes == [None, {"oversized": {"x": self.LONG if kept else 80_000}}]

    @pytest.mark.parametrize("choice", ["null", "super"])
    def test_a_key_never_is(self, redshift_warehouse: Warehouse, choice: str) -> None:
        with pytest.raises(LoadError, match='property "x": it has 80,000 bytes'):
            redshift_warehouse.load(
                schema("s", {"x": {"type": "string"}}, ["x"]),
                record("s", {"x": self.LONG}),
                on_oversize=choice,
            )

    def test_a_rejected_record_is_kept_whole(self, redshift_warehouse: Warehouse) -> None:
        quarantine = {"on_invalid_record": "quarantine", "max_rejected": 1}
        load(redshift_warehouse, TEXT, "short", LONG_KEY, **quarantine)
        assert loaded(redshift_warehouse) == ["short"]
        [(row, meta)] = redshift_warehouse.query("select record, _sdc_meta from raw.s__rejected")
        assert row is None
        assert json.loads("".join(meta["oversized"]["record"])) == {"id": 1, "x": LONG_KEY}


class TestOptions:
    def test_keys_by_stream(self, redshift_warehouse: Warehouse) -> None:
        properties = {"id": ID, "soldAt": {"type": "string", "format": "date-time"}, "o": {}}
        redshift_warehouse.load(
            schema("s", properties, ["id"]),
            schema("t", properties, ["id"]),
            schema("u", properties, ["id"]),
            *(record(name, {"id": 1}) for name in "stu"),  # the view leaves empty tables out
            table_options={
                "s": {"dist_key": "id", "sort_keys": ["soldAt", "id"]},
                "t": {"dist_style": "all"},
            },
        )
        rows = redshift_warehouse.query(
            'select "table", diststyle, sortkey1, sortkey_num from svv_table_info'
            " where \"table\" in ('s', 't', 'u') order by 1"
        )
        assert rows[0] == ("s", "KEY(id)", "sold_at", 2)
        assert rows[1][1] == "ALL"
        assert str(rows[2][1]).startswith("AUTO")

    @pytest.mark.parametrize(
        ("options", "told"),
        [
            ({"dist_key": "gone"}, 'names "gone", which its schema does not have'),
            ({"sort_keys": ["o"]}, 'names "o", which is SUPER'),
            ({"dist_style": "round"}, "dist_style is auto, even, all or key"),
            ({"other": 1}, "takes dist_style, dist_key and sort_keys"),
        ],
    )
    def test_what_cannot_be_is_named(
        self, redshift_warehouse: Warehouse, options: dict[str, Any], told: str
    ) -> None:
        with pytest.raises(LoadError, match=told):
            redshift_warehouse.load(schema("s", {"id": ID, "o": {}}), table_options={"s": options})


def test_names_of_system_columns_get_a_number(redshift_warehouse: Warehouse) -> None:
    names = dict.fromkeys(("insertxid", "deletexid", "oid", "xmin"), ID)
    redshift_warehouse.load(schema("s", names), record("s", dict.fromkeys(names, 1)))
    assert list(redshift_warehouse.columns("s")) == [f"{name}_2" for name in names]


def test_what_is_no_table_is_named(redshift_warehouse: Warehouse) -> None:
    redshift_warehouse.query("create schema raw; create view raw.s as select 1 as x")
    with pytest.raises(WarehouseError, match=r'"raw\.s", where stream "s" belongs, is no table'):
        load(redshift_warehouse, TEXT)


def test_no_limits_are_none() -> None:
    assert Limits().number_pattern([]) is None
