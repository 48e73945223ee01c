-- VARCHAR(n) and CHAR(n) hold n bytes, not characters.

-- The first bytes of a text, never half a character.
CREATE FUNCTION redshift.truncate_bytes(value text, size integer) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    bytes bytea;
    cut integer := size;
BEGIN
    IF octet_length(value) <= size THEN
        RETURN value;
    END IF;
    bytes := pg_catalog.textsend(value);
    -- a byte 10xxxxxx goes on with a character that began before it
    WHILE cut > 0 AND get_byte(bytes, cut) & 192 = 128 LOOP
        cut := cut - 1;
    END LOOP;
    RETURN left(value, length(substring(bytes FROM 1 FOR cut), 'UTF8'));
END
$$;

-- Redshift's words; its code is XX000, ours tells apart what went wrong. Null passes.
CREATE FUNCTION redshift.too_long(value text, declared text, field text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING
        MESSAGE = 'Value too long for character type',
        ERRCODE = 'string_data_right_truncation',
        DETAIL = 'context: Value too long for type ' || declared
            || CASE WHEN field <> '' THEN '; column: ' || field ELSE '' END,
        COLUMN = field,
        DATATYPE = declared;
END
$$;

-- A value that the column's declared length has no room for: cut in a cast; in an assignment
-- an error, unless there are only blanks too many.
CREATE FUNCTION redshift.shortened(value text, size integer, type_name text, explicit boolean)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    kept text := redshift.truncate_bytes(value, size);
BEGIN
    IF NOT explicit AND rtrim(value, ' ') <> rtrim(kept, ' ') THEN
        PERFORM redshift.too_long(value, type_name || '(' || size || ')', '');
    END IF;
    RETURN kept;
END
$$;

CREATE FUNCTION redshift.varchar_of_bytes(varchar, modifier integer, explicit boolean) RETURNS varchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN modifier < 4 OR octet_length($1) <= modifier - 4 THEN $1
    ELSE redshift.shortened($1, modifier - 4, 'character varying', explicit)
END;

-- CHAR takes one byte per character (AWS: Character types). Null passes.
CREATE FUNCTION redshift.not_char(value text, field text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING
        MESSAGE = 'CHAR string contains invalid ASCII character',
        ERRCODE = 'character_not_in_repertoire', COLUMN = field, DATATYPE = 'character';
END
$$;

CREATE FUNCTION redshift.char_of_bytes(bpchar, modifier integer, explicit boolean) RETURNS bpchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN modifier < 4 THEN $1
    WHEN octet_length($1::text) <> length($1::text) AND redshift.not_char($1::text, '') THEN NULL
    WHEN length($1::text) <= modifier - 4 THEN rpad($1::text, modifier - 4)::bpchar
    ELSE redshift.shortened($1::text, modifier - 4, 'character', explicit)::bpchar
END;

-- Spares the call, and ALTER COLUMN a new table, where the length only grows.
ALTER FUNCTION redshift.varchar_of_bytes(varchar, integer, boolean) SUPPORT varchar_support;

-- Every cast to a length, written or by an assignment, goes through here.
UPDATE pg_cast SET castfunc = 'redshift.varchar_of_bytes(varchar, integer, boolean)'::regprocedure
WHERE castsource = 'varchar'::regtype AND casttarget = 'varchar'::regtype;
UPDATE pg_cast SET castfunc = 'redshift.char_of_bytes(bpchar, integer, boolean)'::regprocedure
WHERE castsource = 'bpchar'::regtype AND casttarget = 'bpchar'::regtype;
