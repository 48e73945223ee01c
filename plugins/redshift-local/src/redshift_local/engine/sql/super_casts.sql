-- Casts of SUPER are lax: what does not fit gives null, never an error (AWS: Querying
-- semistructured data, "Lax semantics"; cast_super_null_on_error is on by default).
-- All are explicit: a SUPER never turns into another type by itself.

CREATE FUNCTION redshift.number(super) RETURNS numeric
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'jsonb_numeric';

-- The text of a string or number. An object or array has none (AWS: Limitations, "Cast from
-- non-scalar values (object and array) to string returns NULL"), and no more has a boolean, which
-- Redshift does not cast to text.
CREATE FUNCTION redshift.scalar_text(super) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN redshift.kind($1) IN ('string', 'number') THEN redshift.text_at($1, '{}') END;

-- Strings are read the way Redshift reads them: Postgres' own input would take 0x1F, 1_000 and
-- Infinity too.
CREATE FUNCTION redshift.string_number(super) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN redshift.kind($1) = 'string'
        AND redshift.text_at($1, '{}') ~ '^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?\s*$'
        THEN redshift.text_at($1, '{}')::numeric
END;

-- A scalar as a number.
CREATE FUNCTION redshift.numeric_of(super) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE redshift.kind($1) WHEN 'number' THEN redshift.number($1) ELSE redshift.string_number($1) END;

-- The whole number that a scalar is or rounds to, if it lies within the bounds.
CREATE FUNCTION redshift.integer_of(super, low numeric, high numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE redshift.kind($1)
    WHEN 'number' THEN CASE WHEN round(redshift.number($1)) BETWEEN low AND high THEN round(redshift.number($1)) END
    WHEN 'string' THEN
        CASE
            WHEN redshift.text_at($1, '{}') ~ '^\s*[-+]?\d+\s*$'
                AND redshift.text_at($1, '{}')::numeric BETWEEN low AND high
                THEN redshift.text_at($1, '{}')::numeric
        END
    WHEN 'boolean' THEN CASE redshift.text_at($1, '{}') WHEN 'true' THEN 1 ELSE 0 END
END;

CREATE FUNCTION redshift.to_smallint(super) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.integer_of($1, -32768, 32767)::smallint;

CREATE FUNCTION redshift.to_integer(super) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.integer_of($1, -2147483648, 2147483647)::integer;

CREATE FUNCTION redshift.to_bigint(super) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.integer_of($1, -9223372036854775808, 9223372036854775807)::bigint;

-- With precision and scale as Postgres packs them; -1 for none. Not SQL, to be evaluated once.
CREATE FUNCTION redshift.fitted_numeric(value numeric, modifier integer) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    scale CONSTANT integer := (modifier - 4) & 2047;
    rounded numeric;
BEGIN
    IF modifier < 4 THEN
        RETURN value;
    END IF;
    rounded := round(value, scale);
    RETURN CASE WHEN abs(rounded) < power(10::numeric, ((modifier - 4) >> 16) - scale) THEN rounded END;
END
$$;

CREATE FUNCTION redshift.to_numeric(super, modifier integer, explicit boolean) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE redshift.kind($1)
    WHEN 'number' THEN redshift.fitted_numeric(redshift.number($1), modifier)
    ELSE redshift.fitted_numeric(redshift.string_number($1), modifier)
END;

CREATE FUNCTION redshift.to_double(super) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.numeric_of($1)::double precision;

CREATE FUNCTION redshift.to_real(super) RETURNS real
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.numeric_of($1)::real;

-- A number with decimals is no boolean: `5.0::super::bool` is null (AWS: Limitations). Nor is a
-- string, which Redshift does not cast to one.
CREATE FUNCTION redshift.to_boolean(super) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE redshift.kind($1)
    WHEN 'boolean' THEN redshift.text_at($1, '{}') = 'true'
    WHEN 'number' THEN CASE WHEN scale(redshift.number($1)) = 0 THEN redshift.number($1) <> 0 END
END;

DO $$
DECLARE
    target text;
BEGIN
    FOREACH target IN ARRAY ARRAY['date', 'timestamp', 'timestamptz', 'time', 'timetz'] LOOP
        EXECUTE format($function$
            CREATE FUNCTION redshift.to_%1$s(super) RETURNS %1$s LANGUAGE sql STABLE PARALLEL SAFE
            RETURN CASE
                WHEN redshift.kind($1) = 'string'
                    AND pg_input_is_valid(redshift.text_at($1, '{}'), %1$L)
                    THEN redshift.text_at($1, '{}')::%1$s
            END;
            CREATE CAST (super AS %1$s) WITH FUNCTION redshift.to_%1$s(super)
        $function$, target);
    END LOOP;
END
$$;

CREATE CAST (super AS smallint) WITH FUNCTION redshift.to_smallint(super);
CREATE CAST (super AS integer) WITH FUNCTION redshift.to_integer(super);
CREATE CAST (super AS bigint) WITH FUNCTION redshift.to_bigint(super);
CREATE CAST (super AS numeric) WITH FUNCTION redshift.to_numeric(super, integer, boolean);
CREATE CAST (super AS double precision) WITH FUNCTION redshift.to_double(super);
CREATE CAST (super AS real) WITH FUNCTION redshift.to_real(super);
CREATE CAST (super AS boolean) WITH FUNCTION redshift.to_boolean(super);

CREATE FUNCTION redshift.to_varchar(super, modifier integer, explicit boolean) RETURNS varchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    -- no string in a SUPER is longer
    WHEN modifier NOT BETWEEN 4 AND 65538 THEN redshift.scalar_text($1)
    ELSE redshift.varchar_of_bytes(redshift.scalar_text($1)::varchar, modifier, true)
END;

CREATE FUNCTION redshift.to_char_type(super, modifier integer, explicit boolean) RETURNS bpchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.char_of_bytes(redshift.scalar_text($1)::bpchar, modifier, true);

CREATE CAST (super AS varchar) WITH FUNCTION redshift.to_varchar(super, integer, boolean);
CREATE CAST (super AS bpchar) WITH FUNCTION redshift.to_char_type(super, integer, boolean);
CREATE CAST (super AS text) WITH FUNCTION redshift.scalar_text(super);

-- Into SUPER: scalars become SUPER scalars (dates do not: "cannot cast type date to super").
DO $$
DECLARE
    source text;
BEGIN
    FOREACH source IN ARRAY ARRAY[
        'smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision', 'boolean',
        'text', 'varchar', 'bpchar'
    ] LOOP
        EXECUTE format($function$
            CREATE FUNCTION redshift.super_of(%1$s) RETURNS super
            LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'to_jsonb';
            CREATE CAST (%1$s AS super) WITH FUNCTION redshift.super_of(%1$s) AS ASSIGNMENT
        $function$, source);
    END LOOP;
END
$$;
