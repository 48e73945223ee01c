"""COPY's options: what is taken, and what is refused by name."""

import pytest

from redshift_local.errors import Refused
from redshift_local.loading.command import parse_copy
from redshift_local.loading.unload_command import parse_unload

ROLE = "IAM_ROLE 'arn:aws:iam::123456789012:role/loader'"
KEYS = "ACCESS_KEY_ID 'a' SECRET_ACCESS_KEY 'b'"
COPY = "COPY t FROM 's3://bucket/key'"
UNLOAD = "UNLOAD ('select 1') TO 's3://bucket/key'"


def test_options_stand_in_any_order_and_case_with_or_without_as() -> None:
    one = parse_copy(
        'copy Rows."Events" ("Key", value) from \'s3://b/p/x.manifest\' '
        "null as '@@' Iam_Role default zstd delimiter as '\\t' manifest format as csv "
        "region 'eu-west-1' quote '\"' timeformat as 'auto' maxerror as 3 statupdate off; -- end"
    )
    other = parse_copy(
        "COPY \"rows\".events (key, value) FROM 's3://b/p/x.manifest' CSV QUOTE AS '\"' "
        "/* any */ DELIMITER '\\\\t' STATUPDATE FALSE TIMEFORMAT 'auto' MAXERROR 3 NULL '@@' "
        "ZSTD MANIFEST REGION AS 'eu-west-1' IAM_ROLE DEFAULT"
    )
    assert one == other
    assert one.table == ("rows", "events")
    assert one.columns == ("key", "value")
    assert (one.delimiter, one.null, one.compression) == ("\t", "@@", "zstd")


def test_names_keep_their_case_when_the_session_says_so() -> None:
    command = parse_copy(f'COPY "Raw".T ("Key") FROM \'s3://b/p\' {ROLE}', keep_case=True)
    assert (command.table, command.columns) == (("Raw", "t"), ("Key",))


def test_authorization_by_roles_in_a_chain_and_by_keys() -> None:
    first, second = (f"arn:aws:iam::123456789012:role/{name}" for name in ("a", "b"))
    assert parse_copy(f"{COPY} IAM_ROLE '{first},{second}'").access.roles == (first, second)
    assert parse_copy(f"{COPY} CREDENTIALS 'aws_iam_role={first}'").access.roles == (first,)
    credentials = "aws_access_key_id=a;aws_secret_access_key=b;token=c"
    access = parse_copy(f"{COPY} WITH CREDENTIALS AS '{credentials}'").access
    assert (access.key_id, access.secret, access.token) == ("a", "b", "c")
    assert parse_copy(f"{COPY} {KEYS} SESSION_TOKEN 'c'").access == access


@pytest.mark.parametrize(
    ("options", "construct"),
    [
        ("CSV", "COPY without authorization"),
        ("IAM_ROLE 'loader'", "IAM_ROLE"),
        (f"{ROLE} {KEYS}", "ACCESS_KEY_ID"),
        (f"{ROLE} CREDENTIALS 'aws_iam_role=default'", "CREDENTIALS"),
        ("ACCESS_KEY_ID 'a'", "ACCESS_KEY_ID"),
        ("CREDENTIALS 'aws_access_key_id=a'", "CREDENTIALS"),
        (f"{ROLE} {ROLE}", "IAM_ROLE"),
        (f"{ROLE} CSV ESCAPE", "CSV with ESCAPE"),
        (f"{ROLE} CSV REMOVEQUOTES", "CSV with REMOVEQUOTES"),
        (f"{ROLE} JSON 'auto' DELIMITER ','", "JSON with DELIMITER"),
        (f"{ROLE} JSON 's3://b/paths.json'", "COPY JSON 's3://b/paths.json'"),
        (f"{ROLE} PARQUET MAXERROR 3", "PARQUET with MAXERROR"),
        (f"{ROLE} PARQUET REGION 'eu-west-1'", "PARQUET with REGION"),
        (f"{ROLE} PARQUET GZIP", "PARQUET with GZIP"),
        (f"{ROLE} PARQUET COMPUPDATE OFF", "PARQUET with COMPUPDATE"),
        (f"{KEYS} PARQUET", "ACCESS_KEY_ID with PARQUET"),
        (f"{ROLE} CSV SERIALIZETOJSON", "CSV with SERIALIZETOJSON"),
        (f"{ROLE} QUOTE '^'", "DELIMITER with QUOTE"),
        (f"{ROLE} CSV JSON 'auto'", "FORMAT"),
        (f"{ROLE} GZIP ZSTD", "ZSTD"),
        (f"{ROLE} CSV CSV", "FORMAT"),
        (f"{ROLE} GZIP GZIP", "GZIP"),
        (f"{ROLE} DELIMITER '||'", "DELIMITER"),
        (f"{ROLE} CSV NULL AS 'a,b'", "DELIMITER"),
        (f"{ROLE} MAXERROR 100001", "MAXERROR"),
        (f"{ROLE} ACCEPTINVCHARS 'ab'", "ACCEPTINVCHARS"),
        (f"{ROLE} ENCODING UTF16", "COPY ENCODING UTF16"),
        (f"{ROLE} FORMAT AS ORC", "COPY FORMAT ORC"),
        (f"{ROLE} FIXEDWIDTH 'a:1'", "COPY FIXEDWIDTH"),
        (f"{ROLE} BZIP2", "COPY BZIP2"),
        (f"{ROLE} ENCRYPTED", "COPY ENCRYPTED"),
        (f"{ROLE} NOLOAD", "COPY NOLOAD"),
        (f"{ROLE} HEADER", "COPY HEADER"),
    ],
)
def test_what_redshift_refuses_or_we_do_not_know_is_refused(options: str, construct: str) -> None:
    with pytest.raises(Refused) as raised:
        parse_copy(f"{COPY} {options}")
    assert raised.value.construct == construct


def test_the_words_of_a_cluster() -> None:
    with pytest.raises(Refused, match=r"^CSV is not compatible with ESCAPE$"):
        parse_copy(f"{COPY} {ROLE} CSV ESCAPE")
    with pytest.raises(
        Refused, match=r"^MAXERROR argument is not supported for PARQUET based COPY"
    ):
        parse_copy(f"{COPY} {ROLE} PARQUET MAXERROR 1")
    with pytest.raises(Refused, match=r"^COPY from this file format only accepts IAM_ROLE"):
        parse_copy(f"{COPY} {KEYS} PARQUET")
    with pytest.raises(Refused, match=r'^syntax error at or near "HEADER"$') as raised:
        parse_copy(f"{COPY} {ROLE} HEADER")
    assert raised.value.sqlstate == "42601"
    assert raised.value.position == len(f"{COPY} {ROLE} ")


def test_a_parquet_copy_takes_no_column_list() -> None:
    with pytest.raises(Refused, match=r"^Column mapping option argument is not supported"):
        parse_copy(f"COPY t (a) FROM 's3://b/k' {ROLE} PARQUET")


@pytest.mark.parametrize(
    "sql",
    [
        f"COPY t FROM STDIN {ROLE}",
        f"COPY (t) FROM 's3://b/k' {ROLE}",
        f"COPY t FROM 'dynamodb://table' {ROLE}",
        f"COPY t FROM 's3://b/k' {ROLE} (FORMAT csv)",
        f"COPY raw.t FROM 's3://b/k' {ROLE}",
        f"COPY t (user, tag) FROM 's3://b/k' {ROLE}",
        f"COPY t FROM 's3://b/k' {ROLE} CSV; DROP TABLE t",
        "COPY t TO STDOUT",
    ],
)
def test_any_other_copy_is_refused(sql: str) -> None:
    with pytest.raises(Refused):
        parse_copy(sql)


def test_unload_reads_its_query_in_quotes_or_dollars() -> None:
    quoted = parse_unload(f"UNLOAD ('select ''a'', \\'b\\'') TO 's3://b/k' {ROLE} CSV HEADER")
    dollars = parse_unload(f"UNLOAD ($$select 'a', 'b'$$) TO 's3://b/k' {ROLE} HEADER FORMAT CSV")
    assert quoted.select == dollars.select == "select 'a', 'b'"
    assert quoted.header


@pytest.mark.parametrize(
    ("options", "construct"),
    [
        ("CSV", "UNLOAD without authorization"),
        (f"{ROLE} CSV ESCAPE", "UNLOAD CSV with ESCAPE"),
        (f"{ROLE} PARQUET HEADER", "UNLOAD PARQUET with HEADER"),
        (f"{ROLE} PARQUET ZSTD", "UNLOAD PARQUET with ZSTD"),
        (f"{ROLE} JSON DELIMITER ','", "UNLOAD JSON with DELIMITER"),
        (f"{ROLE} CLEANPATH ALLOWOVERWRITE", "CLEANPATH"),
        (f"{ROLE} PARTITION BY (a)", "UNLOAD PARTITION"),
        (f"{ROLE} MAXFILESIZE 5 MB", "UNLOAD MAXFILESIZE"),
        (f"{ROLE} KMS_KEY_ID 'k'", "KMS_KEY_ID"),
        (f"{ROLE} PARALLEL OFF PARALLEL ON", "PARALLEL"),
    ],
)
def test_what_unload_refuses(options: str, construct: str) -> None:
    with pytest.raises(Refused) as raised:
        parse_unload(f"{UNLOAD} {options}")
    assert raised.value.construct == construct


def test_unload_takes_no_limit_outside() -> None:
    target = f"TO 's3://b/k' {ROLE}"
    with pytest.raises(Refused, match="Limit clause"):
        parse_unload("UNLOAD ('select a from t limit 3') " + target)  # noqa: S608 - a test's
    inside = "select a from (select a from t limit 3) x"
    parse_unload(f"UNLOAD ('{inside}') {target}")
