"""COPY of CSV and delimited text: what is loaded, and what is said of what is not."""

import re

import pyarrow as pa  # type: ignore[import-untyped] # has no types
import pytest
from loaded import Loader

pytest_plugins = ["redshift_local.testing", "loading_fixtures"]
TARGET = "CSV DELIMITER '\\t' QUOTE '\"' NULL AS '@null@' TIMEFORMAT 'auto' DATEFORMAT 'auto'"


def zstd(text: str) -> bytes:
    compressed: bytes = pa.compress(text.encode(), codec="zstd", asbytes=True)
    return compressed


def gzip(text: str) -> bytes:
    compressed: bytes = pa.compress(text.encode(), codec="gzip", asbytes=True)
    return compressed


def test_every_type_arrives_as_the_target_writes_it(loader: Loader) -> None:
    loader.run(
        "CREATE TABLE t (i int, b bigint, n numeric(38, 9), v varchar(20), d date, ts timestamptz,"
        " o bool, s super, ti time, x timestamp, f float8)"
    )
    whole = (
        "1", "-9223372036854775808", "12345678901234567890123456789.123456789", 'a""b\n\\c,é',
        "2024-02-29", "2024-01-02T03:04:05.123456+05:30", "t", '{""A"": [1, null]}',
        "23:59:59.5", "2024-01-02 03:04:05", "1e-3",
    )  # fmt: skip
    line = "\t".join(f'"{value}"' for value in whole)
    nulls = "\t".join(["@null@"] * len(whole))
    loader.put("a/1.csv.zst", zstd(f"{line}\n{nulls}\n"))
    assert loader.copy("t", "a/", f"{TARGET} ZSTD COMPUPDATE OFF STATUPDATE OFF") == 2
    values = [value.replace('""', '"') for value in whole]
    values[5] = "2024-01-01 21:34:05.123456+00"
    values[10] = "0.001"
    rows = loader.run("SELECT * FROM t ORDER BY i")
    assert rows == [tuple(values), (None,) * len(whole)]


def test_several_files_of_a_prefix_and_any_compression(loader: Loader) -> None:
    loader.run("CREATE TABLE t (i int)")
    for n in range(3):
        loader.put(f"gz/{n}.gz", gzip(f"{n}\n") + gzip(f"{n + 10}\n"))
        loader.put(f"zst/{n}.zst", zstd(f"{n}\n") + zstd(f"{n + 10}\n"))
        loader.put(f"plain/{n}", f"{n}\n{n + 10}")
    loader.put("plain/", "")
    assert loader.copy("t", "gz/", "CSV GZIP") == 6
    assert loader.copy("t", "zst/", "CSV ZSTD") == 6
    assert loader.copy("t", "plain/", "CSV") == 6
    assert loader.run("SELECT sum(i), count(*) FROM t") == [("108", "18")]
    assert "no valid gzip file" in str(loader.fails("t", "zst/", "CSV GZIP"))
    assert "no valid zstd file" in str(loader.fails("t", "plain/", "CSV ZSTD"))


def test_a_column_list_leaves_defaults_to_the_others(loader: Loader) -> None:
    loader.run("CREATE TABLE t (a int, b varchar(5) DEFAULT 'x', c int)")
    loader.put("k", "1,2\n")
    loader.copy("t (c, a)", "k", "CSV")
    assert loader.run("SELECT * FROM t") == [("2", "x", "1")]
    assert loader.fails("t (nope)", "k", "CSV").sqlstate == "42703"


def test_empty_fields_are_null_but_for_text(loader: Loader) -> None:
    loader.run("CREATE TABLE t (i int, v varchar(5), d date, c char(3))")
    loader.put("k", ',,,\n"","","",""\n')
    loader.copy("t", "k", "CSV")
    assert loader.run("SELECT i, v, d, c = '' FROM t") == [(None, "", None, "t")] * 2


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("CSV", ["", "  ", " a ", "N"]),
        ("CSV NULL AS 'N'", ["", "  ", " a ", None]),
        ("CSV EMPTYASNULL", [None, "  ", " a ", "N"]),
        ("CSV BLANKSASNULL", ["", None, " a ", "N"]),
        ("CSV TRIMBLANKS", ["", "", " a", "N"]),
    ],
)
def test_what_counts_as_null(loader: Loader, options: str, expected: list[str | None]) -> None:
    loader.run("CREATE TABLE t (n int, v varchar(5))")
    loader.put("k", '1,\n2,"  "\n3, a \n4,"N"\n')
    loader.copy("t", "k", options)
    assert [value for (value,) in loader.run("SELECT v FROM t ORDER BY n")] == expected


def test_lengths_are_bytes_and_truncation_never_cuts_a_character(loader: Loader) -> None:
    loader.run("CREATE TABLE t (v varchar(5))")
    loader.put("fits", "éé!\n")
    loader.put("long", "ééé\n")
    loader.copy("t", "fits", "CSV")
    loader.fails("t", "long", "CSV")
    assert loader.errors() == [("1", "v", "1204", "String length exceeds DDL length")]
    loader.copy("t", "long", "CSV TRUNCATECOLUMNS")
    assert loader.run("SELECT v FROM t") == [("éé!",), ("éé",)]


def test_numbers_are_cut_to_the_scale_unless_roundec(loader: Loader) -> None:
    loader.run("CREATE TABLE t (n numeric(5, 2))")
    loader.put("k", "1.239\n-1.239\n")
    loader.copy("t", "k", "CSV")
    loader.copy("t", "k", "CSV ROUNDEC")
    assert loader.run("SELECT n FROM t") == [("1.23",), ("-1.23",), ("1.24",), ("-1.24",)]


def test_a_number_without_decimals_is_cut_too(loader: Loader) -> None:
    loader.run("CREATE TABLE t (n numeric(5, 0))")
    loader.put("k", ".9\n1.9\n2.\n3\n")
    loader.copy("t", "k", "CSV")
    assert loader.run("SELECT n FROM t") == [("0",), ("1",), ("2",), ("3",)]


REASONS = [
    ("int", "12x", "1207", "Invalid digit, Value 'x', Pos 2, Type: Integer"),
    ("int", "2147483648", "1222", "Overflow, Value '2147483648', Pos 10, Type: Integer "),
    ("smallint", "x", "1207", "Invalid digit, Value 'x', Pos 0, Type: Short"),
    ("bigint", "1.5", "1207", "Invalid digit, Value '.', Pos 1, Type: Long"),
    ("bigint", "0x1F", "1207", "Invalid digit, Value 'x', Pos 1, Type: Long"),
    ("bigint", "1_0", "1207", "Invalid digit, Value '_', Pos 1, Type: Long"),
    ("numeric(3,1)", "123.4", "1209", "Overflow for NUMERIC(3,1)"),
    ("numeric(3,1)", "abc", "1207", "Invalid digit, Value 'a', Pos 0, Type: Decimal"),
    ("bool", "maybe", "1210", "Unknown boolean format"),
    ("date", "2024-02-30", "1205", "Invalid Date Format - length must be 10 or more"),
    ("date", "today", "1205", "Invalid Date Format - length must be 10 or more"),
    ("timestamp", "2024-01-02T03:04:05", "1206", "Invalid timestamp format or value"),
    ("timestamptz", "infinity", "1206", "Invalid timestamp format or value"),
    ("float8", "abc", "1208", "Invalid digit for a floating point number"),
    ("super", "{bad", "1224", "Invalid JSON value"),
    ("char(3)", "é", "1220", "Multibyte character not supported for CHAR"),
    ("varchar(3)", "abcd", "1204", "String length exceeds DDL length"),
    ("int not null", "", "1213", "Missing data for not-null field"),
]


@pytest.mark.parametrize(("kind", "value", "code", "reason"), REASONS)
def test_the_reason_is_redshifts(
    loader: Loader, kind: str, value: str, code: str, reason: str
) -> None:
    loader.run(f"CREATE TABLE t (a int, c {kind})")
    url = loader.put("k", f"1,\n2,{value}\n" if "null" not in kind else f"1,1\n2,{value}\n")
    error = loader.fails("t", "k", "CSV")
    assert error.sqlstate == "XX000"
    assert str(error) == (
        "Load into table 't' failed.  Check 'sys_load_error_detail' system table for details."
    )
    (found,) = loader.run(
        "SELECT file_name, line_number, column_name, error_code, error_message, raw_line,"
        " raw_field_value, position FROM redshift.load_errors"
    )
    assert found[:4] == (url, "2", "c", code)
    assert (found[4] or "").startswith(reason)
    assert found[5:7] == (f"2,{value}".replace("é", "."), value)
    place = re.search(r"Invalid digit, .* Pos (\d+)", reason)
    assert found[7] == (place[1] if place else "0")
    assert loader.run("SELECT count(*) FROM t") == [("0",)]


@pytest.mark.parametrize(
    ("line", "code", "reason"),
    [
        ("1", "1214", "Delimiter not found"),
        ("1,2,3", "1202", "Extra column(s) found"),
        ('1,"2', "1216", "Delimited value missing end quote"),
        ('1,"2"x', "1216", "Invalid quote formatting for CSV"),
        ('1,a"b', "1216", "Invalid quote formatting for CSV"),
    ],
)
def test_lines_that_cannot_be_split(loader: Loader, line: str, code: str, reason: str) -> None:
    loader.run("CREATE TABLE t (a int, c varchar(9))")
    loader.put("k", f"h\n1,2\n{line}\n")
    loader.fails("t", "k", "CSV IGNOREHEADER 1")
    ((number, _, found, said),) = loader.errors()
    assert (number, found, said) == ("3", code, reason)


def test_a_fault_far_into_a_large_file_has_its_line(loader: Loader) -> None:
    """By then megabytes have gone straight to the engine: all of it is undone."""
    loader.run("CREATE TABLE t (a int, c varchar(200))")
    lines = [f'{n},"{"some text, " * 9}{n}"' for n in range(90_000)]
    lines[80_000] = '1,a"b'
    loader.put("k.zst", zstd("\n".join(lines)))
    loader.fails("t", "k.zst", "CSV ZSTD")
    assert loader.errors() == [("80001", "", "1216", "Invalid quote formatting for CSV")]
    assert loader.copy("t", "k.zst", "CSV ZSTD MAXERROR 10") == 89_999


def test_what_only_the_engine_refuses_has_its_line_too(loader: Loader) -> None:
    loader.run("CREATE TABLE t (v varchar(9), f float8)")
    loader.put("k", 'v,f\n"a\nb",1\nc,1e999\nd,2\n')
    loader.fails("t", "k", "CSV IGNOREHEADER 1")
    ((line, column, code, reason),) = loader.errors()
    assert (line, column, code) == ("4", "f", "1200")
    assert "out of range" in (reason or "")


def test_a_line_is_no_longer_than_4_mb_in_bytes(loader: Loader) -> None:
    loader.run("CREATE TABLE t (s super)")

    def line(words: int) -> str:
        return '"[' + ",".join(f'""{"é" * 1000}""' for _ in range(words)) + ']"\n'

    loader.put("fits", line(2080))
    loader.put("long", line(1) + line(2100))
    assert loader.copy("t", "fits", "CSV") == 1
    loader.fails("t", "long", "CSV")
    assert loader.errors()[0][0:3] == ("2", "", "1216")


def test_maxerror_loads_the_rest_and_notes_each(loader: Loader) -> None:
    loader.run("CREATE TABLE t (a int)")
    loader.put("k", "1\nx\n3\ny\n5\n")
    loader.fails("t", "k", "CSV MAXERROR 2")
    assert loader.copy("t", "k", "CSV MAXERROR 3", query_id=2) == 3
    assert loader.run("SELECT sum(a) FROM t") == [("9",)]
    assert [row[0] for row in loader.errors()] == ["2", "4", "2", "4"]
    history = loader.run(
        "SELECT status, loaded_rows, error_count, source_file_count, table_name, file_format"
        " FROM redshift.load_history ORDER BY query_id"
    )
    assert history == [
        ("aborted", "0", "2", "1", "t", "csv"),
        ("completed", "3", "2", "1", "t", "csv"),
    ]


def test_invalid_utf8_is_an_error_or_replaced_byte_by_byte(loader: Loader) -> None:
    loader.run("CREATE TABLE t (v varchar(9))")
    loader.put("k", b"a\xe4\xb8b\n")
    loader.fails("t", "k", "CSV")
    assert (loader.errors()[0][3] or "").endswith("Bad UTF-8 hex sequence: e4 b8 (error 4)")
    loader.copy("t", "k", "CSV ACCEPTINVCHARS AS '^'")
    assert loader.run("SELECT v FROM t") == [("a^^b",)]


def test_fillrecord_fills_text_with_empty_and_the_rest_with_null(loader: Loader) -> None:
    loader.run("CREATE TABLE t (a int, v varchar(5), n int)")
    loader.put("k", "1\n")
    loader.copy("t", "k", "CSV FILLRECORD")
    loader.copy("t", "k", "CSV FILLRECORD EMPTYASNULL")
    assert loader.run("SELECT * FROM t") == [("1", "", None), ("1", None, None)]


def test_delimited_text_with_escape(loader: Loader) -> None:
    loader.run("CREATE TABLE t (a int, v varchar(20), w varchar(20))")
    loader.put("k", "1|a\\|b\\\\|x\\\ny\n2|\\N|\\n\n")
    loader.copy("t", "k", "ESCAPE")
    assert loader.run("SELECT * FROM t ORDER BY a") == [
        ("1", "a|b\\", "x\ny"),
        ("2", None, "n"),
    ]


def test_delimited_text_as_it_is_and_without_quotes(loader: Loader) -> None:
    loader.run("CREATE TABLE t (a int, v varchar(20))")
    loader.put("k", '1|"a\\b"\n')
    loader.copy("t", "k")
    loader.copy("t", "k", "REMOVEQUOTES")
    assert loader.run("SELECT v FROM t") == [('"a\\b"',), ("a\\b",)]


def test_forms_of_days_and_instants(loader: Loader) -> None:
    loader.run("CREATE TABLE t (d date, ts timestamp)")
    loader.put("own", "31/12/2024,12.31.2024 23:15\n")
    loader.copy("t", "own", "CSV DATEFORMAT 'DD/MM/YYYY' TIMEFORMAT 'MM.DD.YYYY HH:MI'")
    loader.put("epoch", "2024-12-31,1735686900500\n")
    loader.copy("t", "epoch", "CSV TIMEFORMAT 'epochmillisecs'")
    loader.put("auto", "20241231,2024-12-31T23:15:00Z\n")
    loader.copy("t", "auto", "CSV DATEFORMAT 'auto' TIMEFORMAT 'auto'")
    assert loader.run("SELECT * FROM t") == [
        ("2024-12-31", "2024-12-31 23:15:00"),
        ("2024-12-31", "2024-12-31 23:15:00.5"),
        ("2024-12-31", "2024-12-31 23:15:00"),
    ]


def test_a_load_that_fails_takes_the_careful_path_from_the_start(loader: Loader) -> None:
    """The first file has gone straight to the engine by then: no row of it may come twice."""
    loader.run("CREATE TABLE t (i int)")
    loader.put("p/1", "1\n2\n")
    loader.put("p/2", "3\n\n4\n")
    assert loader.copy("t", "p/", "CSV IGNOREBLANKLINES") == 4
    assert loader.copy("t", "p/", "CSV") == 5
    assert loader.run("SELECT count(*), sum(i) FROM t") == [("9", "20")]


def test_a_table_that_is_not_there(loader: Loader) -> None:
    loader.put("k", "1\n")
    assert str(loader.fails("nope", "k", "CSV")) == "Cannot COPY into nonexistent table nope"
    assert str(loader.fails("no.nope", "k", "CSV")) == "Cannot COPY into nonexistent table nope"
