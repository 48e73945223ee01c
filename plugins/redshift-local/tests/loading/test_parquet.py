"""COPY of Parquet: the table's columns, all of them, in their order and of their types."""

import datetime as dt
import io
import json
from decimal import Decimal
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped] # has no types
import pytest
from loaded import Loader
from pyarrow import parquet as pq

pytest_plugins = ["redshift_local.testing", "loading_fixtures"]
UTC = dt.UTC


def parquet(columns: dict[str, Any]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def test_every_type_arrives(loader: Loader) -> None:
    loader.run(
        "CREATE TABLE t (s smallint, i int, b bigint, f float8, n numeric(38, 9), v varchar(9),"
        " d date, x timestamp, z timestamptz, o bool, j super, e varchar(3))"
    )
    instant = dt.datetime(2024, 1, 2, 3, 4, 5, 6, tzinfo=UTC)
    columns = {
        "s": pa.array([1, None], pa.int16()),
        "i": pa.array([2, None], pa.int32()),
        "other_name": pa.array([3, None], pa.int64()),
        "f": pa.array([0.5, None]),
        "n": pa.array([Decimal("1.000000001"), None], pa.decimal128(38, 9)),
        "v": pa.array(['a"b,\né', None]),
        "d": pa.array([dt.date(2024, 2, 29), None]),
        "x": pa.array([instant.replace(tzinfo=None), None], pa.timestamp("ms")),
        "z": pa.array([instant, None], pa.timestamp("us", "Asia/Kolkata")),
        "o": pa.array([True, None]),
        "j": pa.array([{"K": [1, None]}, None]),
        "e": pa.array(["", None]),
    }
    loader.put("k", parquet(columns))
    assert loader.copy("t", "k", "FORMAT AS PARQUET SERIALIZETOJSON STATUPDATE OFF") == 2
    assert loader.run("SELECT * FROM t") == [
        (
            "1", "2", "3", "0.5", "1.000000001", 'a"b,\né', "2024-02-29",
            "2024-01-02 03:04:05", "2024-01-02 03:04:05.000006+00", "t", '{"K": [1, null]}', "",
        ),
        (None,) * 12,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("bigint", pa.array([1], pa.int32())),
        ("int", pa.array([1], pa.int64())),
        ("varchar(9)", pa.array([1])),
        ("int", pa.array(["1"])),
        ("float8", pa.array([1])),
        ("numeric(9, 2)", pa.array([Decimal("1.234")], pa.decimal128(9, 3))),
        ("timestamp", pa.array([dt.datetime(2024, 1, 1, tzinfo=UTC)], pa.timestamp("us", "UTC"))),
        ("super", pa.array([{"a": 1}])),
    ],
)
def test_another_type_is_refused(loader: Loader, kind: str, values: object) -> None:
    loader.run(f"CREATE TABLE t (c {kind})")
    loader.put("k", parquet({"c": values}))
    error = loader.fails("t", "k", "PARQUET")
    assert "has an incompatible Parquet schema for column 'c'" in str(error)


def test_columns_must_be_as_many(loader: Loader) -> None:
    loader.run("CREATE TABLE t (a bigint, b bigint)")
    loader.put("one", parquet({"a": [1]}))
    loader.put("three", parquet({"a": [1], "b": [2], "c": [3]}))
    for key in ("one", "three"):
        assert "Unmatched number of columns" in str(loader.fails("t", key, "PARQUET"))
    assert "Unmatched number" in str(loader.fails("t", "three", "PARQUET FILLRECORD"))
    assert loader.copy("t", "one", "PARQUET FILLRECORD") == 1
    assert loader.run("SELECT * FROM t") == [("1", None)]


def test_lengths_and_nulls(loader: Loader) -> None:
    loader.run("CREATE TABLE t (v varchar(3) NOT NULL)")
    loader.put("long", parquet({"v": ["ab", "éé"]}))
    loader.put("null", parquet({"v": ["ab", None]}))
    assert "Table: 3, Data: 4" in str(loader.fails("t", "long", "PARQUET"))
    assert "Missing data for not-null field" in str(loader.fails("t", "null", "PARQUET"))
    assert loader.run("SELECT count(*) FROM t") == [("0",)]


def test_a_manifest_has_to_tell_lengths(loader: Loader) -> None:
    loader.run("CREATE TABLE t (a bigint)")
    content = parquet({"a": [1]})
    url = loader.put("k", content)

    def manifest(**entry: object) -> None:
        loader.put("manifest", json.dumps({"entries": [{"url": url, **entry}]}))

    manifest(mandatory=True)
    assert "lacks meta content_length" in str(loader.fails("t", "manifest", "MANIFEST PARQUET"))
    manifest(meta={"content_length": len(content)})
    assert loader.copy("t", "manifest", "MANIFEST PARQUET") == 1


def test_what_is_no_parquet(loader: Loader) -> None:
    loader.run("CREATE TABLE t (a bigint)")
    loader.put("k", "1\n")
    assert "Invalid Parquet file" in str(loader.fails("t", "k", "PARQUET"))
