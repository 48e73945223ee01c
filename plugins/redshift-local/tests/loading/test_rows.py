"""CSV that goes to the engine as binary rows: nothing comes out otherwise than line by line."""

import pyarrow as pa  # type: ignore[import-untyped] # has no types
import pytest
from loaded import Loader

from redshift_local.loading import rows

pytest_plugins = ["redshift_local.testing", "loading_fixtures"]
OPTIONS = "CSV DELIMITER '\\t' QUOTE '^' NULL AS '@null@' TIMEFORMAT 'auto' DATEFORMAT 'auto'"
TABLE = (
    "CREATE TABLE t (i2 smallint, i4 int, i8 bigint, v varchar(9), d date, ts timestamp,"
    " tz timestamptz, s super)"
)
WHOLE = (
    "1", "-2", "-9223372036854775808", "é\t\n,", "2024-02-29", "2024-01-02 03:04:05.5",
    "2024-01-02T03:04:05.123456+05:30", '{"A": [1, "^^"]}',
)  # fmt: skip


def line(*values: str | None) -> str:
    return "\t".join("@null@" if value is None else f"^{value}^" for value in values) + "\n"


def other(place: int, value: str) -> str:
    return line(*WHOLE[:place], value, *WHOLE[place + 1 :])


def outcome(loader: Loader, options: str) -> object:
    """The rows, or the errors that were noted."""
    loader.run(TABLE)
    try:
        loader.copy("t", "k", options)
        found = loader.run("SELECT * FROM t ORDER BY i8, v, d, ts, tz")
    except Exception:  # noqa: BLE001 - any is as good, its reason is in the table
        found = loader.errors()
    loader.run("DROP TABLE t; TRUNCATE redshift.load_errors")
    return found


@pytest.mark.parametrize(
    "content",
    [
        line(*WHOLE) + line(*[None] * 8),
        line(*[None] * 8) * 3,
        line(*WHOLE[:3], *[None] * 5) + line(*[None] * 3, *WHOLE[3:]),
        line("1", "2", "3", "", "2024-02-29", None, None, "[]"),
        *(other(0, value) for value in ("32768", "+5", "007", "0x1F", " 5", "")),
        *(other(1, value) for value in ("2147483648", "1_0", "1.0", "@null@")),
        *(other(3, value) for value in ("123456789", "1234567890", "ééééé", "^^", "\x00", "\r")),
        *(other(4, value) for value in ("2024-02-30", "0000-01-01", "0001-01-01", "20240229")),
        *(
            other(5, value)
            for value in (
                "0001-01-01 00:00:00",
                "0000-12-31 00:00:00",
                "2024-01-02T03:04:05Z",
                "2024-01-02T03:04:05+01:00",
                "2024-01-02 03:04",
                "2024-01-02 03:04:05.1234567",
                "infinity",
            )
        ),
        *(
            other(6, f"2024-01-02 03:04:05{offset}")
            for offset in ("", "Z", "+05", "-0530", "+14:59", "+15:00", "+16:00", "-23:00", "+1:00")
        ),
        other(6, "0001-01-01T00:00:00+05:30"),
        other(6, "2024-01-02T03:04:05Z") + other(6, "2024-01-02T03:04:05+16:00"),
        *(other(7, value) for value in ("{bad", "1", '"\\u0000"', "", "null", "{} {}")),
        line(*WHOLE).removesuffix("\n"),
        line(*WHOLE).removesuffix("^\n"),
        line(*WHOLE).replace("^1^", "1"),
        line(*WHOLE).replace("^1^", "^1^2"),
        line(*WHOLE).replace("^1^\t", "1\r\n"),
        line(*WHOLE).replace("^\n", "^\r\n"),
        line(*WHOLE).replace("^\n", "^\r") + line(*WHOLE),
        line(*WHOLE[:7]),
        line(*WHOLE, "9"),
        "\n" + line(*WHOLE),
        "\ufeff" + line(*WHOLE),
    ],
)
def test_it_is_what_is_loaded_line_by_line(loader: Loader, content: str) -> None:
    loader.put("k", content)
    assert outcome(loader, OPTIONS) == outcome(loader, f"{OPTIONS} TRIMBLANKS")


def test_what_a_loader_writes_goes_this_way(
    loader: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In more blocks than one, with nulls in some of them and quotes in others."""
    went: list[int] = []
    joined = rows._joined  # noqa: SLF001 - there is no other sign of it

    def watched(parts: list[object]) -> bytes:
        went.append(len(parts))
        return joined(parts)

    monkeypatch.setattr(rows, "_joined", watched)
    loader.run(TABLE)
    count = 40_000
    lines = [
        line(*(None if n > count // 2 and place == n % 9 else v for place, v in enumerate(WHOLE)))
        for n in range(count)
    ]
    loader.put("k", pa.compress("".join(lines).encode(), codec="zstd", asbytes=True))
    assert loader.copy("t", "k", f"{OPTIONS} ZSTD") == count
    assert len(went) > 1
    missing = sum(n % 9 == 7 for n in range(count // 2 + 1, count))
    assert loader.run(
        "SELECT count(*), count(s), sum(i4), min(v), max(tz), min(d), max(ts) FROM t"
    ) == [
        (
            str(count),
            str(count - missing),
            str(-2 * (count - sum(n % 9 == 1 for n in range(count // 2 + 1, count)))),
            "é\t\n,",
            "2024-01-01 21:34:05.123456+00",
            "2024-02-29",
            "2024-01-02 03:04:05.5",
        )
    ]
    assert loader.run('SELECT count(*) FROM t WHERE s::json::text = \'{"A": [1, "^"]}\'') == [
        (str(count - missing),)
    ]
