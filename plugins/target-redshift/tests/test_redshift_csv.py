"""COPY text as Redshift's CSV: read again, it is what it was."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from target_redshift.engine import Block
from target_redshift.redshift_csv import new_null, to_csv, to_row
from target_redshift.rows import Layout, escape_field
from target_redshift.schema import StreamSchema

NULL = new_null()
LAYOUT = Layout(StreamSchema("users", (), ()), with_metadata=False)
SPECIAL = st.sampled_from(["None", "\\N", "\\", "^", '"', "\t", "\n", "\r", "", "null", "\x01"])
FIELDS = st.one_of(
    st.none(), SPECIAL, st.lists(SPECIAL).map("".join), st.text(st.characters(codec="utf-8"))
)
ROWS = st.integers(1, 4).flatmap(
    lambda columns: st.lists(
        st.lists(FIELDS, min_size=columns, max_size=columns), min_size=1, max_size=4
    )
)


def block(rows: list[list[str | None]]) -> Block:
    lines = ["\t".join(map(escape_field, row)) + "\n" for row in rows]
    return Block(LAYOUT, "".join(lines).encode(), len(rows), 1, 1)


def read(csv: str) -> list[list[str | None]]:
    """CSV by its definition: a field is quoted, or null."""
    field = re.compile(rf"(?:({NULL})|\^((?:[^^]|\^\^)*)\^)([\t\n])")
    rows: list[list[str | None]] = [[]]
    at = 0
    while at < len(csv):
        match = field.match(csv, at)
        assert match is not None, csv[at:]
        rows[-1].append(None if match[1] else match[2].replace("^^", "^"))
        if match[3] == "\n":
            rows.append([])
        at = match.end()
    return rows[:-1]


@given(ROWS)
def test_the_same_values(rows: list[list[str | None]]) -> None:
    assert read(to_csv(block(rows), NULL).decode()) == rows


@given(ROWS)
def test_with_numbers(rows: list[list[str | None]]) -> None:
    numbered = [[str(number), *row] for number, row in enumerate(rows, 7)]
    assert read(to_csv(block(rows), NULL, 7).decode()) == numbered


def test_many_rows_and_a_huge_one() -> None:
    rows: list[list[str | None]] = [
        [str(number), "^" if number % 1000 else None, "text"] for number in range(40_000)
    ]
    rows[7][2] = "a long one, " * 100_000
    assert read(to_csv(block(rows), NULL).decode()) == rows


@given(st.lists(FIELDS, min_size=1, max_size=4))
def test_back_again(row: list[str | None]) -> None:
    one = block([row])
    for ordinal in (None, 7):
        line = to_csv(one, NULL, ordinal).removesuffix(b"\n")
        assert to_row(line, NULL, numbered=ordinal is not None).encode() + b"\n" == one.text


def test_null_cannot_be_foreseen() -> None:
    assert new_null() != new_null()
