"""Tables, views, schemas and what is done to them, carried out."""

from decimal import Decimal

import pytest
from translated import Translated

from redshift_local.errors import Refused
from redshift_local.translate import Forward, Load, Options, Steps, Unload, split, translate

pytest_plugins = ["translate_fixtures"]

DBT_QUOTE = "$dbt_comment_literal_block$"
COLUMNS = """
    select column_name::varchar, data_type::varchar, character_maximum_length::int,
        is_nullable::varchar
    from information_schema.columns where table_name = 't' order by ordinal_position
"""


def _steps(sql: str) -> Steps:
    plan = translate(sql, Options())
    assert isinstance(plan, Steps)
    return plan


def test_columns_of_a_table(run: Translated) -> None:
    run("""
        create table if not exists T (
            "Id" bigint not null encode az64 primary key,
            a varchar, b varchar(max) default 'x', c text, d char, e decimal,
            f decimal(5), g timestamp with time zone, h float, i double precision, j super,
            k character varying(12) null unique references other (id), l varbyte(10),
            foreign key (a) references other (id), constraint x unique (a, b)
        ) backup no
    """)
    run(COLUMNS)
    assert run(COLUMNS) == [
        ("id", "bigint", None, "NO"),
        ("a", "character varying", 256, "YES"),
        ("b", "character varying", 65535, "YES"),
        ("c", "character varying", 256, "YES"),
        ("d", "character", 1, "YES"),
        ("e", "numeric", None, "YES"),
        ("f", "numeric", None, "YES"),
        ("g", "timestamp with time zone", None, "YES"),
        ("h", "double precision", None, "YES"),
        ("i", "double precision", None, "YES"),
        ("j", "super", None, "YES"),
        ("k", "character varying", 12, "YES"),
        ("l", "bytea", None, "YES"),
    ]
    run("insert into t (id, e, f) values (1, 2.6, 3.4)")
    assert run("select e, f, b from t") == [(Decimal(3), Decimal(3), "x")]


def test_keys_are_not_enforced_but_for_not_null(run: Translated) -> None:
    run("create table t (a int unique, b int, primary key (b))")
    run("insert into t values (1, 1), (1, 1)")
    assert run.fails("insert into t values (1, null)").sqlstate == "23502"


def test_lengths_are_of_bytes(run: Translated) -> None:
    run("create table t (a varchar(3))")
    run("insert into t values ('abc'), ('é1')")
    assert run.fails("insert into t values ('éé')").sqlstate == "22001"
    run("insert into t values ('éé'::varchar(3))")
    assert run("select a from t order by a") == [("abc",), ("é",), ("é1",)]


def test_distribution_and_sort_keys_are_noted(run: Translated) -> None:
    run("create table t (a int distkey, b int, c int) compound sortkey (b, c)")
    info = """
        select diststyle::varchar, sortkey1::varchar, sortkey_num::int from svv_table_info
        where "table" = 't'
    """
    run("insert into t values (1, 2, 3)")  # an empty table is not in SVV_TABLE_INFO
    assert run(info) == [("KEY(a)", "b", 2)]


def test_create_table_as(run: Translated) -> None:
    plan = _steps("""
        create temporary table "x__dbt_tmp" diststyle key distkey (a) sortkey (a, b) as (
            select 1 as a, 'y' as b
        )
    """)
    assert plan.tag == "SELECT"
    run("create table t as select 1 as n, json_parse('{\"A\": 2}') as m")
    assert run("select n, m.a from t") == [(1, None)]


def test_a_table_like_another(run: Translated) -> None:
    run("create table u (a int not null, b varchar(5) default 'x')")
    run("create temp table t (like u, c bigint) diststyle all")
    run("insert into t (a) values (1)")
    assert run("select * from t") == [(1, None, None)]
    assert run.fails("insert into t (b) values ('y')").sqlstate == "23502"


def test_views(run: Translated) -> None:
    run("create table t (c super); insert into t select json_parse('{\"a\": [1, 2]}')")
    run("create schema s; create table s.t as select * from t")
    run("create or replace view v as (select c.a[1] as b from s.t) with no schema binding")
    run("create view w (x, y) as select b, b::int + 1 from v")
    assert run("select * from w") == [("2", 3)]


def test_alter_table(run: Translated) -> None:
    run("create table t (a int, b varchar(3))")
    run("""
        alter table t add column c varchar(10) default 'z' encode zstd;
        alter table t add column d decimal;
        alter table t drop column a cascade;
        alter table t rename column b to e;
        alter table t rename to t2;
        alter table t2 rename to t
    """)
    assert [row[0] for row in run(COLUMNS)] == ["e", "c", "d"]


@pytest.mark.parametrize(
    "sql",
    [
        "copy t (a) from 's3://b/k' iam_role default region 'x' manifest csv delimiter '\t' zstd",
        "/* who */ COPY s.t FROM 's3://b/k' IAM_ROLE 'arn:aws:iam::1:role/r' FORMAT AS PARQUET",
    ],
)
def test_copy_and_unload_are_handed_on_whole(sql: str) -> None:
    assert translate(sql, Options()) == Load(sql)
    unload = "unload ('select 1') to 's3://b/k' iam_role default"
    assert translate(unload, Options()) == Unload(unload)


def test_a_query_string_is_split_at_its_semicolons() -> None:
    assert split("select ';' /* ; */; -- ;\n ; select \"a;b\" from t;") == [
        "select ';' /* ; */",
        ' select "a;b" from t',
    ]


def test_a_refusal_says_where() -> None:
    sql = "create table t (a int, b uuid)"
    with pytest.raises(Refused) as refused:
        translate(sql, Options())
    assert refused.value.position == sql.index("uuid")


def test_varchar_grows_outside_of_transactions_only(run: Translated) -> None:
    plan = _steps('alter table s."T" alter column "C" type varchar(300)')
    (statement,) = plan.statements
    assert statement.endswith("""SELECT redshift.resize_varchar('"s"."t"'::regclass, 'c', 300)""")
    assert plan == Steps((statement,), "ALTER TABLE", outside_transaction=True)
    assert "VARCHAR" in run.refuses("alter table t alter column c type bigint").message.upper()


def test_truncate_commits() -> None:
    assert _steps("truncate table a.b") == Steps(
        ('TRUNCATE TABLE "a"."b"',), "TRUNCATE TABLE", commits=True
    )


@pytest.mark.parametrize(
    ("sql", "engine"),
    [
        ("drop table if exists a.B, c cascade", 'DROP TABLE IF EXISTS "a"."b", "c" CASCADE'),
        ('create schema if not exists "dev"."s"', 'CREATE SCHEMA IF NOT EXISTS "s"'),
        ('drop schema if exists "dev"."s" cascade', 'DROP SCHEMA IF EXISTS "s" CASCADE'),
        ("lock table a, b.c", 'LOCK TABLE "a", "b"."c" IN ACCESS EXCLUSIVE MODE'),
        ("lock a", 'LOCK TABLE "a" IN ACCESS EXCLUSIVE MODE'),
        (f"comment on column a.b.c is {DBT_QUOTE}it's \\{DBT_QUOTE}",
         """COMMENT ON COLUMN "a"."b"."c" IS 'it''s \\\\'"""),
        ("comment on table t is null", 'COMMENT ON TABLE "t" IS NULL'),
        ("begin transaction", "BEGIN"),
        ("end", "COMMIT"),
        ("abort work", "ROLLBACK"),
        ("explain select 1", "EXPLAIN SELECT 1"),
        ("set search_path to a, 'B'", "SET search_path TO 'a', 'B'"),
        ("set query_group = 'x'", "SET redshift.query_group TO 'x'"),
        ("reset query_group", "RESET redshift.query_group"),
        ("show search_path", "SHOW search_path"),
        ("grant select, insert on a.b to x, group y, role z, public",
         'GRANT SELECT, INSERT ON TABLE "a"."b" TO "x", "y", "z", PUBLIC'),
        ("grant usage on schema s to group g", 'GRANT USAGE ON SCHEMA "s" TO "g"'),
        ("revoke all on all tables in schema s from u",
         'REVOKE ALL PRIVILEGES ON ALL TABLES IN SCHEMA "s" FROM "u"'),
        ('show tables from schema "dev"."s"', "SELECT * FROM redshift.show_tables('dev', 's')"),
        ('show columns from table "dev"."s"."t"',
         "SELECT * FROM redshift.show_columns('dev', 's', 't')"),
        ('show schemas from database "dev" like \'s\'',
         "SELECT * FROM redshift.show_schemas('dev', 's')"),
        ('show schemas from database "dev"', "SELECT * FROM redshift.show_schemas('dev', null)"),
        ("show grants on table s.t", "SELECT * FROM redshift.show_grants(null, 's', 't')"),
    ],
)  # fmt: skip
def test_engine_statement(sql: str, engine: str) -> None:
    assert translate(sql, Options()) == Forward(engine)


@pytest.mark.parametrize(
    ("sql", "tag"),
    [
        ("vacuum", "VACUUM"),
        ("vacuum delete only a.b", "VACUUM"),
        ("analyze a.b (c, d)", "ANALYZE"),
        ("analyze t predicate columns", "ANALYZE"),
        ("create user u with password 'Secret1' in group g", "CREATE USER"),
        ("create user u password disable", "CREATE USER"),
        ("create group g", "CREATE GROUP"),
        ("create role r", "CREATE ROLE"),
        ("drop user if exists u", "DROP USER"),
    ],
)  # fmt: skip
def test_steps(sql: str, tag: str) -> None:
    assert _steps(sql).tag == tag


def test_a_users_parameters_are_kept_in_the_catalog(run: Translated) -> None:
    run("create user u password 'Secret1'")
    run("alter user u set enable_case_sensitive_super_attribute to true")
    assert run(
        """
        select array_to_string(setconfig, ',') from pg_db_role_setting
    """.replace("array_to_string(setconfig, ',')", "setconfig::varchar")
    ) == [("{redshift.enable_case_sensitive_super_attribute=true}",)]


def test_parameters_of_redshift(run: Translated) -> None:
    assert run("show enable_case_sensitive_identifier") == [("off",)]
    run("set enable_case_sensitive_identifier to true")
    assert run("show enable_case_sensitive_identifier") == [("true",)]
    run("reset enable_case_sensitive_identifier")
    assert run("show enable_case_sensitive_identifier") == [("off",)]


@pytest.mark.parametrize(
    "sql",
    [
        "create procedure p() as $$ begin end $$ language plpgsql",
        "call p()",
        "create function f() returns int as $$ select 1 $$ language sql",
        "create index i on t (a)",
        "create table t (a uuid)",
        "create table t (a int check (a > 0))",
        "create table t (a int) with (fillfactor = 10)",
        "create table t (a varchar(65536))",
        "create table t (a decimal(39, 2))",
        "create table t (a int) partition by range (a)",
        "create materialized view v as select 1",
        "create external table s.t (a int)",
        "alter table t add column if not exists a int",
        "alter table t add column a int, add column b int",
        "alter table t alter column a set not null",
        "alter table t enable row level security",
        "alter table t add constraint k primary key (a)",
        "alter table t add primary key (a)",
        "alter table t add a int",
        "alter table t drop constraint k",
        "alter table t drop a",
        "alter table t owner to u",
        "alter table t alter diststyle even",
        "alter table t alter distkey a",
        "alter table t alter compound sortkey (a)",
        "alter table t alter sortkey auto",
        "alter table t alter encode auto",
        "alter table t alter column a encode zstd",
        "alter table t append from u",
        "alter schema s rename to r",
        "alter schema s owner to u",
        "alter default privileges in schema s grant select on tables to group g",
        "alter user u rename to v",
        "alter user u password 'Secret1'",
        "alter user u reset query_group",
        "alter user u connection limit 5",
        "alter group g add user u",
        "create user u",
        "create user u password 'Secret1' createdb",
        "create user u password 'Secret1' valid until 'infinity'",
        "create group g with user u",
        "create role r externalid 'x'",
        "drop role r force",
        "grant select on t to u with grant option",
        "revoke grant option for select on t from u",
        "revoke select on t from u cascade",
        "create schema s authorization u",
        "create schema s quota 5 gb",
        "create table t (a int identity(0, 1))",
        "create table t (a int generated by default as identity(0, 1))",
        "create table t (a varchar(5) collate case_sensitive)",
        "create table t (like u including defaults)",
        "create table t (n) as select 1",
        "create table t (a int) encode auto",
        "create table t (a int) sortkey auto",
        "create local temp table t (a int)",
        "vacuum t to 99 percent",
        "vacuum t boost",
        "analyze verbose t",
        "analyze t all columns",
        "begin isolation level serializable",
        "begin read only",
        "start transaction",
        "use dev",
        "reset use",
        "reset all",
        "show databases",
        "show tables from schema s like 'x%'",
        "show tables from schema s limit 5",
        "show columns from table s.t like 'x%'",
        "show table s.t",
        "show view s.v",
        "set wlm_query_slot_count to 2",
        "set enable_result_cache_for_session to off",
        "set extra_float_digits to 0",
        "set no_such_parameter to 1",
        "set navigate_super_null_on_error to off",
        "set role x",
        "savepoint a",
        "listen x",
        "do $$ begin end $$",
        "prepare p as select 1",
        "declare c cursor for select 1",
        "truncate a, b",
        "show all",
        "select doc['name'] from t as x",
        "select lag(a) ignore nulls over (order by b) from t as x",
        "select listagg(a, ',') within group (order by a) over (partition by b) from t as x",
        """merge into t using s on t.id = s.id when matched then update set a = s.doc.x
        when not matched then insert values (s.id, s.a)""",
        "analyze compression t",
        "delete t where a = 1",
        "select * from redshift.load_errors",
        "select engine_only.string_agg(a, ',') from t as x",
        "select redshift.attribute(a, 'b') from t as x",
        "select 1 from t as x for update",
        "select a into b from t as x",
        "select a from t as x tablesample bernoulli (1)",
        "select array[1]",
        "select * from (values (1)) as v (a)",
        "insert into t values (1) returning a",
        "select a from t as x where a = :name",
        "select a from",
        "with x as (select 1) create table t as select 1",
        "",
        "/* nothing */",
    ],
)
def test_everything_else_is_refused(run: Translated, sql: str) -> None:
    refused = run.refuses(sql)
    assert refused.construct
    assert refused.message
    assert len(refused.sqlstate) == 5
