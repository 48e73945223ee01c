"""The functions of Redshift by kind and number of arguments. What is not here is refused.

The lists are those of AWS's SQL functions reference, less what nobody who loads and transforms uses
(spatial, sketches, machine learning). A leader-node function runs where no table of the user is
read (c_SQL_functions_leader_node_only); the last ones of that list are of the catalog queries.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final


class Kind(Enum):
    """Where a function may be called."""

    SCALAR = "scalar"
    AGGREGATE = "aggregate"
    WINDOW = "window"
    LEADER = "leader node"
    TABLE = "table"


@dataclass(frozen=True)
class Function:
    """A function of Redshift; `most` is None where any number of arguments may follow."""

    kind: Kind
    fewest: int
    most: int | None


_SCALAR: Final = """
abs 1, acos 1, asin 1, atan 1, atan2 2, cbrt 1, ceil 1, ceiling 1, cos 1, cot 1, degrees 1, dexp 1,
dlog1 1, dlog10 1, exp 1, floor 1, ln 1, log 1-2, mod 2, pi 0, pow 2, power 2, radians 1, random 0,
round 1-2, sign 1, sin 1, sqrt 1, tan 1, to_hex 1, trunc 1-2,
ascii 1, btrim 1-2, char_length 1, character_length 1, charindex 2, chr 1, collate 2, concat 2,
crc32 1, difference 2, initcap 1, left 2, len 1, length 1, lower 1, lpad 2-3, ltrim 1-2,
octet_length 1, quote_ident 1, quote_literal 1, regexp_count 2-4, regexp_instr 2-6,
regexp_replace 2-5, regexp_substr 2-5, repeat 2, replace 3, replicate 2, reverse 1, right 2,
rpad 2-3, rtrim 1-2, soundex 1, split_part 3, strpos 2, strtol 2, substr 2-3, substring 2-3,
textlen 1, translate 3, upper 1,
checksum 1, farmfingerprint64 1, fnv_hash 1-2, func_sha1 1, md5 1, murmur3_32_hash 1-2, sha 1,
sha1 1, sha2 2, from_hex 1, from_varbyte 2, to_varbyte 2,
to_char 2, to_date 2-3, to_number 2, to_timestamp 2-3,
coalesce 1-, decode 3-, greatest 1-, least 1-, nullif 2, nvl 1-, nvl2 3,
add_months 2, convert_timezone 2-3, date_cmp 2, date_part 2, date_part_year 1, date_trunc 2,
dateadd 3, datediff 3, getdate 0, last_day 1, months_between 2, next_day 2, timeofday 0,
timestamp_cmp 2, timezone 2,
array 0-, array_concat 2, array_flatten 1, can_json_parse 1, get_array_length 1, is_array 1,
is_bigint 1, is_boolean 1, is_char 1, is_decimal 1, is_float 1, is_integer 1, is_object 1,
is_scalar 1, is_smallint 1, is_valid_json 1, is_valid_json_array 1, is_varchar 1,
json_array_length 1-2, json_extract_array_element_text 2-3, json_extract_path_text 2-, json_parse 1,
json_serialize 1, json_size 1, json_typeof 1, lower_attribute_names 1, object 0-,
split_to_array 1-2, subarray 3, upper_attribute_names 1,
current_database 0, current_setting 1, pg_backend_pid 0, pg_last_copy_count 0, pg_last_copy_id 0,
pg_last_query_id 0, pg_last_unload_count 0, pg_last_unload_id 0, pg_terminate_backend 1,
pg_cancel_backend 1, set_config 3, slice_num 0
"""

_AGGREGATE: Final = """
any_value 1, avg 1, bit_and 1, bit_or 1, bool_and 1, bool_or 1, count 1, grouping 1-,
grouping_id 1-, listagg 1-2, max 1, median 1, min 1, percentile_cont 1, percentile_disc 1, stddev 1,
stddev_pop 1, stddev_samp 1, sum 1, var_pop 1, var_samp 1, variance 1
"""

_WINDOW: Final = """
cume_dist 0, dense_rank 0, first_value 1, lag 1-2, last_value 1, lead 1-2, nth_value 2, ntile 1,
percent_rank 0, rank 0, ratio_to_report 1, row_number 0
"""

_LEADER: Final = """
age 1-2, current_schema 0, current_schemas 1, get_bit 2, get_byte 2, has_database_privilege 2-3,
has_schema_privilege 2-3, has_table_privilege 2-3, isfinite 1, now 0, set_bit 3, set_byte 3,
to_ascii 1-2, version 0, format_type 2, pg_get_userbyid 1, pg_get_viewdef 1-2
"""

_TABLE: Final = "pg_get_late_binding_view_cols 0, pg_get_cols 1"

LEADER_WORDS: Final = frozenset(
    {"CURRENT_TIMESTAMP", "CURRENT_TIME", "LOCALTIME", "LOCALTIMESTAMP"}
)
"""Leader-node functions that are called without parentheses."""

FOREIGN_WORDS: Final = frozenset({"CURRENT_ROLE", "CURRENT_CATALOG"})
"""Postgres's functions without parentheses that Redshift lacks."""

FRAMELESS: Final = frozenset(
    {"cume_dist", "dense_rank", "lag", "lead", "ntile", "percent_rank", "rank", "row_number"}
    | {"ratio_to_report"}
)
"""Window functions that take no frame; every other one needs a frame once it has an order."""


def _read(kind: Kind, text: str) -> dict[str, Function]:
    found = {}
    for entry in text.replace("\n", " ").split(","):
        name, arity = entry.split()
        fewest, dash, most = arity.partition("-")
        last = int(most) if most else None if dash else int(fewest)
        found[name] = Function(kind, int(fewest), last)
    return found


FUNCTIONS: Final = {
    **_read(Kind.SCALAR, _SCALAR),
    **_read(Kind.AGGREGATE, _AGGREGATE),
    **_read(Kind.WINDOW, _WINDOW),
    **_read(Kind.LEADER, _LEADER),
    **_read(Kind.TABLE, _TABLE),
}
