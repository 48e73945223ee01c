"""UNLOAD: what it writes, and that COPY reads it back."""

import io
import json

import pyarrow as pa  # type: ignore[import-untyped] # has no types
import pytest
from loaded import Loader
from pyarrow import parquet as pq

from redshift_local.loading import EngineError

pytest_plugins = ["redshift_local.testing", "loading_fixtures"]
SELECT = "SELECT * FROM t ORDER BY i"


@pytest.fixture
def filled(loader: Loader) -> Loader:
    loader.run(
        "CREATE TABLE t (i int, n numeric(9, 2), v varchar(20), d date, z timestamptz, o bool,"
        " x timestamp);"
        "INSERT INTO t VALUES (1, 2.5, E'a|b\\\\c\\nd', '2024-02-29', '2024-01-02 03:04:05.5+00',"
        " true, '2024-01-02 03:04:05'), (2, null, 'q\"', null, null, false, null),"
        " (3, 0, null, null, null, null, null)"
    )
    return loader


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("CSV", "CSV NULL AS ''"),
        ("CSV DELIMITER '\\t' ZSTD", "CSV DELIMITER '\\t' NULL AS '' ZSTD"),
        ("CSV HEADER GZIP PARALLEL OFF", "CSV IGNOREHEADER 1 GZIP NULL AS ''"),
        ("ESCAPE NULL AS '\\N'", "ESCAPE"),
        ("ESCAPE ADDQUOTES GZIP", "ESCAPE REMOVEQUOTES GZIP EMPTYASNULL"),
        ("FORMAT JSON", "JSON 'auto'"),
        ("FORMAT AS PARQUET", "FORMAT AS PARQUET"),
    ],
)
def test_what_is_unloaded_can_be_copied(filled: Loader, written: str, read: str) -> None:
    before = filled.run(SELECT)
    assert filled.unload(SELECT, "out/", written) == 3
    filled.run("TRUNCATE t")
    assert filled.copy("t", "out/", read) == 3
    assert filled.run(SELECT) == before


def test_names_and_bytes_of_the_files(filled: Loader) -> None:
    filled.unload("SELECT i, v FROM t WHERE i > 1 ORDER BY i", "a/x_", "HEADER")
    assert filled.keys() == ["a/x_0000_part_00", "a/x_0001_part_00"]
    assert filled.get("a/x_0000_part_00") == b'i|v\n2|q"\n'
    assert filled.get("a/x_0001_part_00") == b"i|v\n3|\n"
    filled.unload("SELECT i, v, n FROM t WHERE i > 1 ORDER BY i", "b/", "JSON PARALLEL FALSE")
    assert filled.get("b/000") == b'{"i":2,"v":"q\\"","n":null}\n{"i":3,"v":null,"n":0.00}\n'
    filled.unload("SELECT i FROM t ORDER BY i", "c/", "CSV PARALLEL OFF EXTENSION 'csv'")
    assert filled.get("c/000.csv") == b"1\n2\n3\n"


def test_parquet_keeps_the_types(filled: Loader) -> None:
    filled.unload(SELECT, "p/", "PARQUET PARALLEL OFF")
    (key,) = filled.keys("p/")
    schema = pq.read_schema(io.BytesIO(filled.get(key)))
    assert schema.types == [
        pa.int32(), pa.decimal128(9, 2), pa.string(), pa.date32(), pa.timestamp("us", "UTC"),
        pa.bool_(), pa.timestamp("us"),
    ]  # fmt: skip


def test_a_manifest_names_what_was_written(filled: Loader) -> None:
    filled.unload(SELECT, "m/", "PARQUET MANIFEST VERBOSE")
    manifest = json.loads(filled.get("m/manifest"))
    sizes = [len(filled.get(key)) for key in filled.keys("m/0")]
    assert [entry["meta"]["content_length"] for entry in manifest["entries"]] == sizes
    assert manifest["meta"] == {"content_length": sum(sizes), "record_count": 3}
    filled.run("TRUNCATE t")
    assert filled.copy("t", "m/manifest", "MANIFEST PARQUET") == 3


def test_nothing_is_overwritten_unasked(filled: Loader) -> None:
    filled.put("out/old", "old")
    with pytest.raises(EngineError, match="Specified unload destination on S3 is not empty"):
        filled.unload(SELECT, "out/", "CSV")
    filled.unload(SELECT, "out/", "CSV PARALLEL OFF ALLOWOVERWRITE")
    assert filled.keys() == ["out/000", "out/old"]
    filled.unload("SELECT 1", "out/", "CSV PARALLEL OFF CLEANPATH")
    assert filled.keys() == ["out/000"]


def test_a_select_that_fails_leaves_the_transaction_as_it_was(filled: Loader) -> None:
    with pytest.raises(EngineError, match="nope"):
        filled.unload("SELECT nope FROM t", "out/", "CSV")
    assert filled.keys() == []
    filled.unload("SELECT i FROM t WHERE false", "none/", "CSV")
    assert filled.keys() == []
