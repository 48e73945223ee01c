-- What Redshift does not have goes where no name of a client finds it: a statement that uses
-- it then fails here as it would fail there.
CREATE FUNCTION redshift.hide(names text[]) RETURNS void
LANGUAGE sql
BEGIN ATOMIC
    UPDATE pg_proc SET pronamespace = 'engine_only'::regnamespace
    WHERE pronamespace = 'pg_catalog'::regnamespace AND proname = ANY (names)
        -- ours have larger numbers
        AND oid < 16384;
END;

SELECT redshift.hide(ARRAY[
    -- aggregates
    'string_agg', 'array_agg', 'json_agg', 'jsonb_agg', 'json_object_agg', 'jsonb_object_agg',
    'json_agg_strict', 'jsonb_agg_strict', 'json_object_agg_strict', 'jsonb_object_agg_strict',
    'json_object_agg_unique', 'jsonb_object_agg_unique',
    'json_object_agg_unique_strict', 'jsonb_object_agg_unique_strict',
    'every', 'corr', 'covar_pop', 'covar_samp', 'regr_avgx', 'regr_avgy', 'regr_count',
    'regr_intercept', 'regr_r2', 'regr_slope', 'regr_sxx', 'regr_sxy', 'regr_syy',
    'range_agg', 'range_intersect_agg', 'xmlagg', 'mode', 'bit_xor',
    -- sets of rows
    'unnest', 'generate_series', 'generate_subscripts', 'regexp_matches', 'regexp_split_to_table',
    'regexp_split_to_array', 'string_to_table', 'string_to_array', 'array_to_string',
    -- arrays
    'array_append', 'array_prepend', 'array_cat', 'array_ndims', 'array_dims', 'array_length',
    'array_lower', 'array_upper', 'array_position', 'array_positions', 'array_remove',
    'array_replace', 'array_fill', 'array_sort', 'array_reverse', 'array_shuffle', 'array_sample',
    'cardinality', 'trim_array',
    -- times
    'clock_timestamp', 'statement_timestamp', 'transaction_timestamp', 'timeofday',
    'justify_days', 'justify_hours', 'justify_interval', 'make_date', 'make_time',
    'make_timestamp', 'make_timestamptz', 'make_interval', 'date_bin', 'isfinite', 'date_add',
    'date_subtract', 'pg_sleep', 'pg_sleep_for', 'pg_sleep_until',
    -- numbers
    'div', 'gcd', 'lcm', 'setseed', 'width_bucket', 'random_normal', 'scale', 'min_scale',
    'trim_scale', 'factorial', 'erf', 'erfc', 'gamma', 'lgamma', 'sinh', 'cosh', 'tanh',
    'asinh', 'acosh', 'atanh', 'gen_random_uuid', 'uuidv4', 'uuidv7',
    -- texts and bytes
    'bit_length', 'convert', 'convert_from', 'convert_to', 'encode', 'decode', 'format',
    'quote_nullable', 'concat_ws', 'regexp_match', 'regexp_like', 'starts_with', 'unistr',
    'normalize', 'is_normalized', 'casefold', 'string_to_array', 'sha224', 'sha256', 'sha384',
    'sha512', 'parse_ident', 'to_bin', 'to_oct', 'crc32', 'crc32c',
    -- sequences, settings, sessions
    'nextval', 'currval', 'setval', 'lastval', 'row_to_json', 'num_nulls', 'num_nonnulls',
    'txid_current', 'pg_input_is_valid', 'pg_input_error_info', 'pg_typeof',
    'current_query', 'to_json', 'to_jsonb'
]);

-- JSON by other names than Redshift's, text search, XML, ranges, networks.
UPDATE pg_proc SET pronamespace = 'engine_only'::regnamespace
WHERE pronamespace = 'pg_catalog'::regnamespace AND oid < 16384
    AND proname ~ '^(json_|jsonb_|ts_|tsvector_|tsquery_|to_ts|plainto_|phraseto_|websearch_|xml|range_|multirange|inet|host|netmask|pg_advisory|pg_try_advisory)'
    -- in and out functions of types are found by number, but keep their place for pg_dump
    AND proname !~ '(_in|_out|_recv|_send)$';

-- Different in Redshift: ours take the name.
SELECT redshift.hide(ARRAY['concat', 'regexp_replace', 'regexp_substr', 'extract', 'version', 'split_part']);
UPDATE pg_proc SET pronamespace = 'engine_only'::regnamespace
WHERE pronamespace = 'pg_catalog'::regnamespace AND proname = 'avg' AND oid < 16384
    AND proargtypes[0] IN ('smallint'::regtype, 'integer'::regtype, 'bigint'::regtype);
UPDATE pg_proc SET pronamespace = 'pg_catalog'::regnamespace, proname = 'avg'
WHERE oid IN (
    'redshift.average(smallint)'::regprocedure,
    'redshift.average(integer)'::regprocedure,
    'redshift.average(bigint)'::regprocedure
);
ALTER FUNCTION redshift.version() SET SCHEMA pg_catalog;

CREATE FUNCTION pg_catalog.split_part(varchar, varchar, integer) RETURNS varchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.part($1, $2, $3);

-- Takes two, and null makes null.
CREATE FUNCTION pg_catalog.concat(text, text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN $1 || $2;

CREATE FUNCTION pg_catalog.regexp_replace(varchar, varchar) RETURNS varchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.all_replaced($1, $2, '', 1);
CREATE FUNCTION pg_catalog.regexp_replace(varchar, varchar, varchar) RETURNS varchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.all_replaced($1, $2, $3, 1);
CREATE FUNCTION pg_catalog.regexp_replace(varchar, varchar, varchar, integer) RETURNS varchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.all_replaced($1, $2, $3, $4);

CREATE FUNCTION pg_catalog.regexp_substr(varchar, varchar) RETURNS varchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.first_match($1, $2, 1, 1, '');
CREATE FUNCTION pg_catalog.regexp_substr(varchar, varchar, integer) RETURNS varchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.first_match($1, $2, $3, 1, '');
CREATE FUNCTION pg_catalog.regexp_substr(varchar, varchar, integer, integer) RETURNS varchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.first_match($1, $2, $3, $4, '');

CREATE FUNCTION pg_catalog.extract(text, timestamp) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.extracted($1, $2);
CREATE FUNCTION pg_catalog.extract(text, date) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.extracted($1, $2::timestamp);
CREATE FUNCTION pg_catalog.extract(text, time) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.extracted($1, '2000-01-01'::date + $2);
CREATE FUNCTION pg_catalog.extract(text, timestamptz) RETURNS double precision
LANGUAGE sql STABLE PARALLEL SAFE
RETURN pg_catalog.date_part(redshift.date_part_name($1), $2);
CREATE FUNCTION pg_catalog.extract(text, interval) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN floor(engine_only.extract(redshift.date_part_name($1), $2))::bigint;
