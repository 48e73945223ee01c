"""Every rule has examples, and they fail and pass as they should."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from redshift_local.rules import check, check_file
from redshift_local.rules.__main__ import lint
from redshift_local.rules.examples import EXAMPLES, SETUP, page_of_rules

_RULES = Path(__file__).parents[1] / "src/redshift_local/rules"
_WITHOUT_EXAMPLES = {"syntax", "statement-size"}

FAILING = [(name, sql) for name, rule in EXAMPLES.items() for sql in rule.failing]
PASSING = [(name, sql) for name, rule in EXAMPLES.items() for sql in rule.passing]


@pytest.mark.parametrize(("name", "sql"), FAILING)
def test_a_failing_example_breaks_its_rule_alone(name: str, sql: str) -> None:
    assert {found.rule for found in check(sql)} == {name}


@pytest.mark.parametrize(("name", "sql"), PASSING)
def test_a_passing_example_breaks_no_rule(name: str, sql: str) -> None:
    assert check(sql) == [], name


@pytest.mark.parametrize("sql", SETUP)
def test_the_examples_tables_can_be_made(sql: str) -> None:
    assert check(sql) == []


def test_every_rule_has_examples() -> None:
    named: set[str] = set()
    for file in _RULES.glob("*.py"):
        if file.stem == "examples":
            continue
        source = file.read_text(encoding="utf-8")
        named |= set(re.findall(r'Finding\(\s*"([a-z-]+)"', source))
        named |= set(re.findall(r'_(?:finding|unknown)\(\s*"([a-z-]+)"', source))
    computed = {"varchar-length", "decimal-precision", "object", "statement"}
    assert (named | computed) - _WITHOUT_EXAMPLES == set(EXAMPLES)


def test_places_are_lines_and_columns_of_the_file() -> None:
    sql = "-- a comment; with a semicolon\nSELECT 1;\n\n  SELECT a,\n    b ->> 'c'\nFROM t;\n"
    (found,) = check(sql)
    assert (found.line, found.column, found.rule, found.construct) == (5, 7, "operator", "->>")


def test_a_statement_over_16_mb_is_told() -> None:
    sql = "SELECT '" + "x" * (16 * 1024 * 1024) + "'"
    assert [found.rule for found in check(sql)] == ["statement-size"]


def test_what_cannot_be_read_is_told_with_its_place() -> None:
    found = check("SELECT 1;\nSELECT a FROM t WHERE WHERE")
    assert [(one.rule, one.line) for one in found] == [("syntax", 2)]
    assert [one.rule for one in check("SELECT 'open")] == ["syntax"]


def test_the_page_of_rules_is_up_to_date() -> None:
    page = Path(__file__).parents[1] / "RULES.md"
    assert page.read_text(encoding="utf-8") == page_of_rules()


def test_the_lint_tells_file_line_and_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong, right = tmp_path / "wrong.sql", tmp_path / "right.sql"
    wrong.write_text("SELECT 1;\nSELECT now(),\n  id FROM t\n", encoding="utf-8")
    right.write_text("SELECT getdate(), id FROM t", encoding="utf-8")
    assert lint([str(right)]) == 0
    assert lint([str(right), str(wrong), str(tmp_path / "none.sql")]) == 1
    told = capsys.readouterr()
    assert told.out.startswith(f"{wrong}:2:8: leader-function: now runs on the leader node")
    assert "none.sql: cannot be read" in told.err
    assert [found.rule for found in check_file(wrong)] == ["leader-function"]


def test_what_redshift_takes_is_let_pass() -> None:
    accepted = Path(__file__).with_name("accepted.sql")
    assert check_file(accepted) == []
    assert len(accepted.read_text(encoding="utf-8").splitlines()) > 100
