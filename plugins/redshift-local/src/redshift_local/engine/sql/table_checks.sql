-- COPY puts values into a column without a cast, by Postgres' own input functions, which count
-- characters. So each table has a check that counts bytes; an event trigger keeps it up to date.

-- Limits within a SUPER: 16 MB, and a string what VARCHAR holds (AWS: Limitations; up to
-- 16,000,000 bytes in a string can be switched on there since November 2026, not here).
CREATE FUNCTION redshift.super_fits(value super, field text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF octet_length(value::json::text) > 16777216 THEN
        RAISE EXCEPTION USING
            MESSAGE = 'Value too long for type super',
            ERRCODE = 'string_data_right_truncation', COLUMN = field, DATATYPE = 'super',
            DETAIL = 'context: The size of a SUPER value is at most 16777216 bytes';
    END IF;
    IF redshift.longest_string(value) > 65535 THEN
        RAISE EXCEPTION USING
            MESSAGE = 'String value exceeds the max size of 65535 bytes',
            ERRCODE = 'string_data_right_truncation', COLUMN = field, DATATYPE = 'super',
            DETAIL = 'context: A string in a SUPER value is at most 65535 bytes long';
    END IF;
    RETURN true;
END
$$;

CREATE FUNCTION redshift.longest_string(value super) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT max(octet_length(found #>> '{}'))
    FROM jsonb_path_query(value::json::jsonb, 'strict $.** ? (@.type() == "string")') AS strings (found);
END;

CREATE FUNCTION redshift.column_check(name name, type_id oid, modifier integer) RETURNS text
LANGUAGE sql STABLE
RETURN CASE
    WHEN type_id = 'super'::regtype
        THEN format('(pg_column_size(%1$I) <= 65535 OR redshift.super_fits(%1$I, %1$L))', name)
    WHEN type_id = 'bpchar'::regtype
        THEN format(
            '(octet_length(%1$I::text) = length(%1$I::text) OR redshift.not_char(%1$I::text, %1$L))',
            name
        )
    WHEN modifier > 4
        THEN format(
            '(octet_length(%1$I::text) <= %2$s OR redshift.too_long(%1$I::text, %3$L, %1$L))',
            name, modifier - 4, format_type(type_id, modifier)
        )
END;

-- One check for all columns of a table; existing rows have passed it or were cast.
CREATE FUNCTION redshift.check_table(table_id oid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    condition text;
    action text := '';
BEGIN
    SELECT engine_only.string_agg(redshift.column_check(attname, atttypid, atttypmod), ' AND ' ORDER BY attnum)
    INTO condition
    FROM pg_attribute
    WHERE attrelid = table_id AND attnum > 0 AND NOT attisdropped
        AND atttypid IN ('varchar'::regtype, 'bpchar'::regtype, 'super'::regtype);
    IF EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = table_id AND conname = 'redshift_bytes') THEN
        action := 'DROP CONSTRAINT redshift_bytes';
    END IF;
    IF condition IS NOT NULL THEN
        action := action || CASE WHEN action <> '' THEN ', ' ELSE '' END
            || 'ADD CONSTRAINT redshift_bytes CHECK (' || condition || ') NOT VALID';
    END IF;
    IF action <> '' THEN
        EXECUTE 'ALTER TABLE ' || table_id::regclass || ' ' || action;
    END IF;
END
$$;

-- An expression's text is VARCHAR of some length in Redshift; here of the greatest.
CREATE FUNCTION redshift.name_text_columns(table_id oid) RETURNS void
LANGUAGE sql
BEGIN ATOMIC
    UPDATE pg_attribute
    SET atttypid = 'varchar'::regtype, atttypmod = 65539
    WHERE attrelid = table_id AND attnum > 0 AND NOT attisdropped
        AND (atttypid = 'text'::regtype OR atttypid = 'varchar'::regtype AND atttypmod = -1);
END;

-- ANALYZE would sort the values of SUPER columns, for numbers that no path expression is
-- planned by.
CREATE FUNCTION redshift.leave_super_unanalyzed(table_id oid) RETURNS void
LANGUAGE sql
BEGIN ATOMIC
    UPDATE pg_attribute SET attstattarget = 0
    WHERE attrelid = table_id AND atttypid = 'super'::regtype AND attstattarget IS NULL;
END;

CREATE FUNCTION redshift.on_table_change() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET event_triggers = off SET search_path = pg_catalog AS $$
DECLARE
    command record;
BEGIN
    FOR command IN
        SELECT DISTINCT objid, command_tag FROM pg_event_trigger_ddl_commands()
        WHERE object_type = 'table' AND classid = 'pg_class'::regclass
    LOOP
        IF command.command_tag IN ('CREATE TABLE AS', 'SELECT INTO') THEN
            PERFORM redshift.name_text_columns(command.objid);
        END IF;
        PERFORM redshift.leave_super_unanalyzed(command.objid);
        PERFORM redshift.check_table(command.objid);
    END LOOP;
END
$$;
