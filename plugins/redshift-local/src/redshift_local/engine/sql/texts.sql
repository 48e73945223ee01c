-- Text functions with Redshift's names and meaning.
CREATE FUNCTION pg_catalog.len(varchar) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN length($1);

CREATE FUNCTION pg_catalog.charindex(varchar, varchar) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN strpos($2, $1);

CREATE FUNCTION pg_catalog.sha2(varchar, integer) RETURNS varchar
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE $2
    WHEN 256 THEN encode(sha256(convert_to($1, 'UTF8')), 'hex')
    WHEN 0 THEN encode(sha256(convert_to($1, 'UTF8')), 'hex')
    WHEN 224 THEN encode(sha224(convert_to($1, 'UTF8')), 'hex')
    WHEN 384 THEN encode(sha384(convert_to($1, 'UTF8')), 'hex')
    WHEN 512 THEN encode(sha512(convert_to($1, 'UTF8')), 'hex')
END;

CREATE FUNCTION redshift.refuse_part(integer) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RAISE EXCEPTION USING
        MESSAGE = 'field position must be greater than zero', ERRCODE = 'invalid_parameter_value';
END
$$;

-- Postgres counts from the end where the number is negative.
CREATE FUNCTION redshift.part(text, text, integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN $3 <= 0 THEN redshift.refuse_part($3) ELSE pg_catalog.split_part($1, $2, $3) END;

-- No match is an empty string, not null (AWS: REGEXP_SUBSTR).
CREATE FUNCTION redshift.first_match(varchar, varchar, start_position integer, occurrence integer, flags text)
RETURNS varchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN $1 IS NULL OR $2 IS NULL THEN NULL
    ELSE coalesce(pg_catalog.regexp_substr($1, $2, start_position, occurrence, flags), '')
END;

-- All matches are replaced, by nothing if nothing is said (AWS: REGEXP_REPLACE).
CREATE FUNCTION redshift.all_replaced(varchar, varchar, varchar, start_position integer) RETURNS varchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN pg_catalog.regexp_replace($1, $2, $3, start_position, 0);

-- NVL and NVL2 of any types that go together.
CREATE FUNCTION pg_catalog.nvl(anycompatible, anycompatible) RETURNS anycompatible
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT coalesce($1, $2) $$;
CREATE FUNCTION pg_catalog.nvl(anycompatible, anycompatible, anycompatible) RETURNS anycompatible
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT coalesce($1, $2, $3) $$;
CREATE FUNCTION pg_catalog.nvl(anycompatible, anycompatible, anycompatible, anycompatible) RETURNS anycompatible
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT coalesce($1, $2, $3, $4) $$;
CREATE FUNCTION pg_catalog.nvl2(anyelement, anycompatible, anycompatible) RETURNS anycompatible
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT CASE WHEN $1 IS NOT NULL THEN $2 ELSE $3 END $$;

-- LISTAGG, its order inside the call's parentheses.
CREATE AGGREGATE pg_catalog.listagg(text, text) (
    SFUNC = string_agg_transfn, STYPE = internal, FINALFUNC = string_agg_finalfn
);
