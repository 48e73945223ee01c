"""COPY of JSON."""

import pytest
from loaded import Loader

from redshift_local.errors import Refused

pytest_plugins = ["redshift_local.testing", "loading_fixtures"]


def test_auto_matches_names_as_they_are(loader: Loader) -> None:
    loader.run("CREATE TABLE t (a int, b varchar(20), c super, d numeric(38, 9), e bool)")
    loader.put(
        "k",
        '{"a": 1, "B": "no", "b": "x\\ty", "c": {"K": [1.10, null]}, '
        '"d": 12345678901234567890123456789.123456789, "e": true}'
        '{"a": null, "b": {"n": 1}}\n\n{"c": "text", "a": "7", "e": false}',
    )
    assert loader.copy("t", "k", "FORMAT AS JSON 'auto'") == 3
    assert loader.run("SELECT * FROM t") == [
        ("1", "x\ty", '{"K": [1.10, null]}', "12345678901234567890123456789.123456789", "t"),
        (None, '{"n":1}', None, None, None),
        ("7", None, '"text"', None, "f"),
    ]


def test_auto_ignorecase_and_noshred(loader: Loader) -> None:
    loader.run("CREATE TABLE t (whole super)")
    loader.put("k", '{"WHOLE": 1}{"Whole": "x"}')
    loader.copy("t", "k", "JSON 'auto ignorecase'")
    loader.copy("t", "k", "JSON 'noshred'")
    assert loader.run("SELECT * FROM t") == [
        ("1",),
        ('"x"',),
        ('{"WHOLE": 1}',),
        ('{"Whole": "x"}',),
    ]
    loader.run("ALTER TABLE t ADD COLUMN more int")
    with pytest.raises(Refused, match="one column of type SUPER"):
        loader.copy("t", "k", "JSON 'noshred'")


@pytest.mark.parametrize(
    ("content", "line", "code"),
    [
        ('{"a": 1}\n{"a": ', "2", "1224"),
        ('{"a": 1}\n\n[{"a": 2}]', "3", "1224"),
        ('{"a": 1}\n{"a":\n"x"}', "3", "1207"),
        ('{"a": 1}\n{"a": "' + "x" * (4 << 20) + '"}', "2", "1224"),
    ],
)
def test_what_is_no_object_or_too_large(loader: Loader, content: str, line: str, code: str) -> None:
    loader.run("CREATE TABLE t (a int)")
    loader.put("k", content)
    loader.fails("t", "k", "JSON 'auto'")
    ((number, _, found, _),) = loader.errors()
    assert (number, found) == (line, code)
    assert loader.copy("t", "k", "JSON 'auto' MAXERROR 2") == 1


def test_an_object_over_several_reads(loader: Loader) -> None:
    loader.run("CREATE TABLE t (a super)")
    words = ",".join(f'"{"é" * 1000}"' for _ in range(1500))
    loader.put("k", f'{{"a": [{words}]}}\n{{"a": 2}}')
    assert loader.copy("t", "k", "JSON 'auto'") == 2
    assert [len(row[0] or "") for row in loader.run("SELECT a FROM t")] == [1500 * 1004, 1]


def test_a_string_in_a_super_is_no_longer_than_a_varchar(loader: Loader) -> None:
    loader.run("CREATE TABLE t (a super)")
    loader.put("fits", f'{{"a": {{"k": ["{"é" * 32_767}"]}}}}')
    loader.put("long", f'{{"a": {{"k": ["{"é" * 32_768}"]}}}}')
    assert loader.copy("t", "fits", "JSON 'auto'") == 1
    loader.fails("t", "long", "JSON 'auto'")
    assert loader.errors()[0][2:] == ("1224", "String value exceeds the max size of 65535 bytes")


def test_half_a_character_is_an_error_or_replaced(loader: Loader) -> None:
    loader.run("CREATE TABLE t (a varchar(9), b super)")
    loader.put("k", '{"a": "x\\ud83dy"}')
    loader.fails("t", "k", "JSON 'auto'")
    assert loader.errors()[0][1:3] == ("a", "1220")
    loader.copy("t", "k", "JSON 'auto' ACCEPTINVCHARS")
    assert loader.run("SELECT a FROM t") == [("x?y",)]
    loader.put("k", '{"b": "x\\udcffy"}')
    loader.fails("t", "k", "JSON 'auto' ACCEPTINVCHARS")
