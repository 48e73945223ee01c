-- The SVV views: what there is in the database, as far as the user may see it.

-- Redshift shows nothing of our helpers.
CREATE FUNCTION redshift.is_ours(schema_name name) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN schema_name IN ('redshift', 'engine_only', 'pg_toast') OR schema_name LIKE 'pg\_t%temp%';

CREATE VIEW redshift.schemas AS
SELECT
    pg_namespace.oid AS schema_id,
    current_database()::varchar(128) AS database_name,
    nspname::varchar(128) AS schema_name,
    nspowner::bigint::integer AS schema_owner,
    nspacl::text::varchar(4096) AS schema_acl
FROM pg_namespace
WHERE NOT redshift.is_ours(nspname);

CREATE VIEW redshift.relations AS
SELECT
    pg_class.oid AS table_id,
    schemas.database_name,
    schemas.schema_name,
    relname::varchar(128) AS table_name,
    CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END::varchar(128) AS table_type,
    relacl::text::varchar(4096) AS table_acl,
    obj_description(pg_class.oid, 'pg_class')::varchar(65535) AS remarks,
    pg_get_userbyid(relowner)::varchar(128) AS owner,
    schemas.schema_name IN ('pg_catalog', 'information_schema') AS is_system
FROM pg_class
INNER JOIN redshift.schemas ON pg_class.relnamespace = schemas.schema_id
WHERE relkind IN ('r', 'v')
    AND has_schema_privilege(schemas.schema_id, 'USAGE')
    AND (
        pg_has_role(relowner, 'USAGE')
        OR has_table_privilege(pg_class.oid, 'SELECT, INSERT, UPDATE, DELETE, REFERENCES')
        OR has_any_column_privilege(pg_class.oid, 'SELECT')
    );

CREATE VIEW redshift.columns AS
SELECT
    relations.table_id,
    relations.database_name,
    relations.schema_name,
    relations.table_name,
    attname::varchar(128) AS column_name,
    attnum::integer AS ordinal_position,
    pg_get_expr(adbin, adrelid)::varchar(4000) AS column_default,
    CASE WHEN attnotnull THEN 'NO' ELSE 'YES' END::varchar(3) AS is_nullable,
    format_type(atttypid, NULL)::varchar(128) AS data_type,
    format_type(atttypid, atttypmod)::varchar(128) AS full_type,
    information_schema._pg_char_max_length(atttypid, atttypmod)::integer AS character_maximum_length,
    information_schema._pg_numeric_precision(atttypid, atttypmod)::integer AS numeric_precision,
    information_schema._pg_numeric_scale(atttypid, atttypmod)::integer AS numeric_scale,
    col_description(table_id, attnum)::varchar(65535) AS remarks,
    attacl::text::varchar(4096) AS column_acl,
    relations.is_system,
    coalesce(attributes.dist_key = attname, false) AS is_dist_key,
    coalesce(array_position(attributes.sort_keys, attname), 0) AS sort_key_order,
    attributes.sort_style
FROM redshift.relations
INNER JOIN pg_attribute ON attrelid = table_id AND attnum > 0 AND NOT attisdropped
LEFT JOIN pg_attrdef ON adrelid = table_id AND adnum = attnum
LEFT JOIN redshift.table_attributes AS attributes USING (table_id);

CREATE VIEW pg_catalog.svv_redshift_columns AS
SELECT
    database_name,
    schema_name,
    table_name,
    column_name,
    ordinal_position,
    full_type AS data_type,
    column_default,
    is_nullable,
    'none'::varchar(128) AS encoding,
    is_dist_key AS distkey,
    sort_key_order AS sortkey,
    column_acl,
    remarks
FROM redshift.columns
WHERE NOT is_system;

-- There are no external tables here.
CREATE VIEW pg_catalog.svv_external_columns AS
SELECT
    NULL::varchar(128) AS schemaname, NULL::varchar(128) AS tablename,
    NULL::varchar(128) AS columnname, NULL::varchar(128) AS external_type, 0 AS columnnum,
    0 AS part_key, NULL::varchar(4) AS is_nullable
WHERE false;

-- Late-binding views are plain views here, so that none is told of as such.
CREATE FUNCTION pg_catalog.pg_get_late_binding_view_cols() RETURNS SETOF record
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT ''::name, ''::name, ''::name, ''::varchar, 0 WHERE false;
END;

CREATE VIEW pg_catalog.svv_table_info AS
WITH sized AS (
    SELECT
        relations.*,
        attributes.dist_style,
        attributes.dist_key,
        attributes.sort_style,
        attributes.sort_keys,
        pg_table_size(table_id) AS bytes,
        greatest(pg_class.reltuples, pg_stat_get_live_tuples(table_id), 0)::bigint AS row_count
    FROM redshift.relations
    INNER JOIN redshift.table_attributes AS attributes USING (table_id)
    INNER JOIN pg_class ON pg_class.oid = table_id
    WHERE NOT is_system AND pg_relation_size(table_id) > 0
)

SELECT
    database_name::text AS database,
    schema_name::text AS schema,
    table_id,
    table_name::text AS "table",
    'Y'::text AS encoded,
    CASE dist_style
        WHEN 'KEY' THEN 'KEY(' || dist_key || ')'
        WHEN 'AUTO' THEN 'AUTO(' || CASE WHEN bytes < 10000000 THEN 'ALL' ELSE 'EVEN' END || ')'
        ELSE dist_style
    END AS diststyle,
    CASE
        WHEN sort_style = 'AUTO' THEN 'AUTO(SORTKEY)'
        WHEN sort_style = 'INTERLEAVED' THEN 'INTERLEAVED'
        ELSE sort_keys[1]::text
    END AS sortkey1,
    coalesce(
        (
            SELECT max(atttypmod - 4) FROM pg_attribute
            WHERE attrelid = table_id AND atttypid = 'varchar'::regtype AND NOT attisdropped
        ),
        0
    ) AS max_varchar,
    NULL::char(32) AS sortkey1_enc,
    coalesce(array_length(sort_keys, 1), 0) AS sortkey_num,
    ceil(bytes / 1048576.0)::bigint AS size,
    0::numeric(10, 4) AS pct_used,
    0::bigint AS empty,
    NULL::numeric(5, 2) AS unsorted,
    0::numeric(5, 2) AS stats_off,
    row_count::numeric(38, 0) AS tbl_rows,
    NULL::numeric(19, 2) AS skew_sortkey1,
    NULL::numeric(19, 2) AS skew_rows,
    row_count::numeric(38, 0) AS estimated_visible_rows,
    NULL::text AS risk_event,
    NULL::numeric(12, 2) AS vacuum_sort_benefit
FROM sized;
