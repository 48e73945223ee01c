from secrets import token_hex
from typing import LiteralString

import psycopg
import pytest
from engine_asking import Ask
from psycopg import sql


@pytest.fixture
def raw(ask: Ask) -> Ask:
    ask.run(
        "CREATE SCHEMA raw",
        "CREATE TABLE raw.facts (v varchar(30), s super, n decimal(12, 2) NOT NULL, at date)",
        "INSERT INTO raw.facts VALUES ('a', '{}', 1)",
        "COMMENT ON TABLE raw.facts IS 'all of them'",
        "CREATE VIEW raw.seen AS SELECT v FROM raw.facts",
        "SELECT redshift.set_table_attributes('raw.facts', 'KEY', 'v', 'COMPOUND', '{v,n}')",
    )
    return ask


@pytest.fixture
def role(ask: Ask) -> sql.Identifier:
    """A user that is gone with the transaction."""
    name = sql.Identifier(f"user_{token_hex(4)}")
    ask.connection.execute(sql.SQL("CREATE USER {}").format(name))
    return name


def test_table_info_tells_of_keys(raw: Ask) -> None:
    info = 'SELECT "schema", "table", diststyle, sortkey1, sortkey_num, max_varchar'
    assert raw.rows(info + " FROM svv_table_info") == [("raw", "facts", "KEY(v)", "v", 2, 30)]


def test_keys_follow_names_and_go_with_the_table(raw: Ask) -> None:
    raw.run("ALTER TABLE raw.facts RENAME COLUMN v TO w", "ALTER TABLE raw.facts RENAME TO renamed")
    assert raw.rows("SELECT diststyle, sortkey1 FROM svv_table_info") == [("KEY(w)", "w")]
    raw.run("DROP TABLE raw.renamed CASCADE")
    assert raw("SELECT count(*) FROM pg_description WHERE objsubid = -1") == 0


def test_an_attribute_left_out_is_auto(raw: Ask) -> None:
    raw.run("SELECT redshift.set_table_attributes('raw.facts', 'ALL', NULL, NULL, NULL)")
    assert raw.rows("SELECT diststyle, sortkey1 FROM svv_table_info") == [("ALL", "AUTO(SORTKEY)")]
    raw.run("SELECT redshift.set_table_attributes('raw.facts', NULL, NULL, 'COMPOUND', '{n}')")
    assert raw.rows("SELECT diststyle, sortkey1 FROM svv_table_info") == [("AUTO(ALL)", "n")]


def test_a_key_has_to_be_a_column_and_not_super(raw: Ask) -> None:
    key = "SELECT redshift.set_table_attributes('raw.facts', 'KEY', %s, NULL, NULL)"
    for column, state in (("s", "0A000"), ("nothing", "42703")):
        with pytest.raises(psycopg.Error) as raised, raw.connection.transaction():
            raw.connection.execute(key, [column])
        assert raised.value.sqlstate == state


def test_columns_as_dbt_reads_them(raw: Ask) -> None:
    assert raw.rows(
        "SELECT table_name, column_name, ordinal_position, data_type, sortkey"
        " FROM svv_redshift_columns"
        " WHERE database_name = current_database() AND schema_name = 'raw' AND table_name = 'facts'"
        " ORDER BY ordinal_position"
    ) == [
        ("facts", "v", 1, "character varying(30)", 1),
        ("facts", "s", 2, "super", 0),
        ("facts", "n", 3, "numeric(12,2)", 2),
        ("facts", "at", 4, "date", 0),
    ]
    assert raw("SELECT count(*) FROM pg_catalog.svv_external_columns") == 0
    late = (
        "SELECT count(*) FROM pg_get_late_binding_view_cols()"
        " cols(view_schema name, view_name name, col_name name, col_type varchar,"
        " ordinal_position int)"
    )
    assert raw(late) == 0


def test_show_tables_and_columns(raw: Ask) -> None:
    tables = "SELECT table_name, table_type, table_subtype, remarks, dist_style"
    assert raw.rows(tables + " FROM redshift.show_tables(NULL, 'raw')") == [
        ("facts", "TABLE", "REGULAR TABLE", "all of them", "KEY(v)"),
        ("seen", "VIEW", "REGULAR VIEW", None, None),
    ]
    columns = "SELECT column_name, data_type, character_maximum_length, sort_key_order, dist_key"
    assert raw.rows(columns + " FROM redshift.show_columns(NULL, 'raw', 'facts')") == [
        ("v", "character varying", 30, 1, 1),
        ("s", "super", None, None, None),
        ("n", "numeric", None, 2, None),
        ("at", "date", None, None, None),
    ]
    assert raw("SELECT schema_name FROM redshift.show_schemas(NULL, 'r%')") == "raw"
    assert raw.fails("SELECT * FROM redshift.show_tables('other', 'raw')").sqlstate == "0A000"


@pytest.mark.parametrize(
    "view",
    [
        "pg_table_def", "svv_all_columns", "svv_all_schemas", "svv_all_tables", "svv_columns",
        "svv_external_schemas", "svv_external_tables", "svv_redshift_databases",
        "svv_redshift_schemas", "svv_redshift_tables", "svv_schema_privileges", "svv_tables",
        "svv_mv_info", "stl_query", "sys_query_history",
    ],
)  # fmt: skip
def test_system_views_that_no_client_reads_are_not_there(ask: Ask, view: LiteralString) -> None:
    failed = ask.fails("TABLE " + view)
    assert failed.sqlstate == "42P01"
    assert view in str(failed)


def test_grants_tell_users_groups_and_roles_apart(raw: Ask, role: sql.Identifier) -> None:
    raw.run("CREATE ROLE a_group", "COMMENT ON ROLE a_group IS 'group'", "CREATE ROLE a_role")
    raw.connection.execute(sql.SQL("GRANT SELECT ON raw.facts TO {}, a_group, a_role").format(role))
    assert raw.rows(
        "SELECT DISTINCT privilege_type, identity_type FROM svv_relation_privileges"
        " WHERE namespace_name = 'raw' ORDER BY identity_type"
    ) == [("SELECT", "group"), ("SELECT", "role"), ("SELECT", "user")]
    shown = (
        "SELECT identity_name FROM redshift.show_grants(NULL, 'raw', 'facts')"
        " WHERE identity_type = 'role'"
    )
    assert sorted(raw.rows(shown)) == [("/a_group",), ("a_role",)]


def test_a_user_sees_what_is_theirs(raw: Ask, role: sql.Identifier) -> None:
    raw.run(
        "INSERT INTO redshift.load_errors (user_id, query_id) VALUES (1, 7)",
        "INSERT INTO redshift.load_history (user_id, query_id) VALUES (1, 7)",
    )
    assert raw("SELECT count(*) FROM stl_load_errors") == 1
    raw.connection.execute(sql.SQL("SET LOCAL SESSION AUTHORIZATION {}").format(role))
    assert raw("SELECT count(*) FROM svv_redshift_columns") == 0
    assert raw("SELECT count(*) FROM stl_load_errors") == 0
    assert raw("SELECT count(*) FROM sys_load_error_detail") == 0
    assert raw("SELECT count(*) FROM sys_load_history") == 0
    assert raw("SELECT has_table_privilege(current_user, 'svv_table_info', 'SELECT')") is False
    raw.run(
        "CREATE TABLE public.own (v varchar(3))",
        "INSERT INTO public.own VALUES ('a')",
        "SELECT redshift.set_table_attributes('public.own', 'EVEN', NULL, NULL, NULL)",
    )
    assert raw("SELECT table_name FROM svv_redshift_columns") == "own"
    assert (
        raw.fails(
            "SELECT redshift.set_table_attributes('raw.facts', 'ALL', NULL, NULL, NULL)"
        ).sqlstate
        == "42501"
    )
