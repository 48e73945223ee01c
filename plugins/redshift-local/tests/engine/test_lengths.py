from typing import LiteralString

import psycopg
import pytest
from engine_asking import Ask
from psycopg import sql


def test_a_cast_cuts_at_bytes_between_characters(ask: Ask) -> None:
    assert ask("SELECT cast('éééé' AS varchar(5))") == "éé"
    assert ask("SELECT cast(upper('abc') AS varchar(2))") == "AB"
    assert ask("SELECT octet_length(cast('e' AS char(5)))") == 5
    assert ask("SELECT cast('abc' AS char(2))") == "ab"


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO narrow (v) VALUES ('éé')",
        "INSERT INTO narrow (v) SELECT 'éé' || ''",
        "INSERT INTO narrow (c) VALUES ('eeee')",
        "UPDATE narrow SET v = 'éé'",
    ],
)
def test_what_is_too_long_fails(ask: Ask, statement: LiteralString) -> None:
    ask.run("CREATE TABLE narrow (v varchar(3), c char(3))", "INSERT INTO narrow VALUES ('é', 'e')")
    failed = ask.fails(statement)
    assert failed.sqlstate == "22001"
    assert "Value too long for character type" in str(failed)
    assert "(3)" in str(failed)


def test_blanks_too_many_are_cut(ask: Ask) -> None:
    ask.run("CREATE TABLE narrow (v varchar(3))", "INSERT INTO narrow VALUES ('é   ')")
    assert ask("SELECT v FROM narrow") == "é "


def copy(ask: Ask, line: str, table: str = "narrow") -> None:
    command = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
    with ask.connection.cursor().copy(command) as rows:
        rows.write(line)


def test_copy_counts_bytes_too_and_names_the_column(ask: Ask) -> None:
    ask.run("CREATE TABLE narrow (id integer, v varchar(3), c char(3))")
    copy(ask, "1\té\te\n2\t\\N\t\\N\n")
    with (
        pytest.raises(psycopg.errors.StringDataRightTruncation) as raised,
        ask.connection.transaction(),
    ):
        copy(ask, "1\téé\tx\n")
    assert raised.value.diag.column_name == "v"
    assert raised.value.diag.context is not None
    assert "COPY narrow, line 1" in raised.value.diag.context
    assert ask("SELECT count(*) FROM narrow") == 2


def test_char_is_ascii(ask: Ask) -> None:
    ask.run("CREATE TABLE narrow (c char(3))")
    assert "ASCII" in str(ask.fails("INSERT INTO narrow VALUES ('é')"))
    assert "ASCII" in str(ask.fails("SELECT cast('é' AS char(5))"))
    with pytest.raises(psycopg.errors.CharacterNotInRepertoire) as raised:
        copy(ask, "é\n")
    assert raised.value.diag.column_name == "c"


def test_copy_into_super_keeps_the_limit_of_a_string(ask: Ask) -> None:
    ask.run("CREATE TABLE narrow (s super)")
    with pytest.raises(psycopg.errors.StringDataRightTruncation), ask.connection.transaction():
        copy(ask, '["' + "x" * 65536 + '"]\n')
    copy(ask, '["' + "x" * 65535 + '", "' + "y" * 65535 + '"]\n')


def test_checks_follow_the_table(ask: Ask) -> None:
    ask.run(
        "CREATE TABLE narrow (v varchar(3), gone varchar(1))",
        "ALTER TABLE narrow ALTER COLUMN v TYPE varchar(4)",
        "ALTER TABLE narrow DROP COLUMN gone",
        "ALTER TABLE narrow ADD COLUMN added varchar(2)",
        "ALTER TABLE narrow RENAME COLUMN v TO renamed",
        "INSERT INTO narrow VALUES ('éé', 'é')",
        "CREATE TEMP TABLE stage (LIKE narrow)",
    )
    for table in ("narrow", "stage"):
        with pytest.raises(psycopg.Error) as raised, ask.connection.transaction():
            copy(ask, "éé\taé\n", table)
        assert raised.value.diag.column_name == "added"


def test_texts_of_create_table_as_are_varchar(ask: Ask) -> None:
    ask.run(
        "CREATE TABLE made AS"
        " SELECT 'a' AS one, upper('b') AS two, cast('c' AS varchar(7)) AS three"
    )
    assert ask.rows(
        "SELECT column_name, data_type, character_maximum_length"
        " FROM information_schema.columns WHERE table_name = 'made'"
    ) == [
        ("one", "character varying", 65535),
        ("two", "character varying", 65535),
        ("three", "character varying", 7),
    ]
    assert ask("SELECT one || two || three FROM made") == "aBc"
