-- What loading writes, over a connection of its own: it outlives a rollback of the COPY.
CREATE TABLE redshift.load_errors (
    user_id integer,
    query_id bigint,
    transaction_id bigint,
    session_id integer,
    database_name text,
    table_id integer,
    start_time timestamp,
    file_name text,
    line_number bigint,
    column_name text,
    column_type text,
    column_length text,
    position integer,
    error_code integer,
    error_message text,
    raw_line text,
    raw_field_value text
);

CREATE TABLE redshift.load_history (
    user_id integer,
    query_id bigint,
    transaction_id bigint,
    session_id integer,
    database_name text,
    status text,
    table_name text,
    start_time timestamp,
    end_time timestamp,
    duration bigint,
    data_source text,
    file_format text,
    loaded_rows bigint,
    loaded_bytes bigint,
    source_file_count bigint,
    source_file_bytes bigint,
    file_count_scanned bigint,
    file_bytes_scanned bigint,
    error_count bigint,
    error_message text
);

-- A superuser sees all rows, anybody else their own (AWS: Visibility of data in system tables).
CREATE FUNCTION redshift.may_see(user_id integer) RETURNS boolean
LANGUAGE sql STABLE
RETURN pg_catalog.current_setting('is_superuser') = 'on'
    OR user_id = (SELECT usesysid::bigint::integer FROM pg_user WHERE usename = current_user);

CREATE VIEW pg_catalog.sys_load_error_detail AS
SELECT
    user_id,
    query_id,
    transaction_id,
    session_id,
    database_name::char(64) AS database_name,
    table_id,
    start_time,
    file_name::char(256) AS file_name,
    line_number,
    column_name::char(127) AS column_name,
    column_type::char(10) AS column_type,
    column_length::char(10) AS column_length,
    position,
    error_code,
    error_message::char(512) AS error_message
FROM redshift.load_errors
WHERE redshift.may_see(user_id);

CREATE VIEW pg_catalog.stl_load_errors AS
SELECT
    user_id AS userid,
    0 AS slice,
    table_id AS tbl,
    start_time AS starttime,
    session_id AS session,
    query_id::integer AS query,
    file_name::char(256) AS filename,
    line_number,
    column_name::char(127) AS colname,
    column_type::char(10) AS type,
    column_length::char(10) AS col_length,
    position,
    raw_line::char(1024) AS raw_line,
    raw_field_value::char(1024) AS raw_field_value,
    error_code AS err_code,
    error_message::char(100) AS err_reason,
    0 AS is_partial,
    0 AS start_offset,
    0::bigint AS copy_job_id
FROM redshift.load_errors
WHERE redshift.may_see(user_id);

CREATE VIEW pg_catalog.sys_load_history AS
SELECT
    user_id,
    query_id,
    transaction_id,
    session_id,
    database_name,
    status,
    table_name,
    start_time,
    end_time,
    duration,
    data_source,
    file_format,
    loaded_rows,
    loaded_bytes,
    source_file_count,
    source_file_bytes,
    file_count_scanned,
    file_bytes_scanned,
    error_count,
    0::bigint AS copy_job_id
FROM redshift.load_history
WHERE redshift.may_see(user_id);

GRANT SELECT ON redshift.load_errors, redshift.load_history TO PUBLIC;
