-- Casts that Postgres has and Redshift has not: a boolean is no text, and a text no boolean
-- (dbt-utils issue 1016, dbt_stripe issue 79); a literal without a type may be one.
CREATE FUNCTION redshift.refuse_cast(source text, target text) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RAISE EXCEPTION USING
        MESSAGE = 'cannot cast type ' || source || ' to ' || target, ERRCODE = 'cannot_coerce';
END
$$;

-- Of constants only, so that the planner already fails, with or without rows.
CREATE FUNCTION redshift.text_of(boolean) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN redshift.refuse_cast('boolean', 'character varying');
CREATE FUNCTION redshift.boolean_of(text) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN redshift.refuse_cast('character varying', 'boolean') IS NULL;
CREATE FUNCTION redshift.boolean_of(bpchar) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN redshift.refuse_cast('character', 'boolean') IS NULL;

UPDATE pg_cast SET castfunc = 'redshift.text_of(boolean)'::regprocedure
WHERE castsource = 'boolean'::regtype AND casttarget IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype);
CREATE CAST (text AS boolean) WITH FUNCTION redshift.boolean_of(text);
CREATE CAST (varchar AS boolean) WITH FUNCTION redshift.boolean_of(text);
CREATE CAST (bpchar AS boolean) WITH FUNCTION redshift.boolean_of(bpchar);

-- Postgres puts a value of any type and a text together, by the text that it is printed as: a
-- SUPER with its quotes. Only + does that on Redshift (AWS: Operators and functions).
CREATE FUNCTION redshift.refuse_concatenation(type_name text) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RAISE EXCEPTION USING
        MESSAGE = 'operator does not exist: || with ' || type_name, ERRCODE = 'undefined_function';
END
$$;

DO $$
DECLARE
    refused text;
BEGIN
    FOREACH refused IN ARRAY ARRAY['super', 'boolean'] LOOP
        EXECUTE engine_only.format($operator$
            CREATE FUNCTION redshift.refused_concatenation(%1$s, text) RETURNS text
            LANGUAGE sql IMMUTABLE RETURN redshift.refuse_concatenation(%1$L);
            CREATE FUNCTION redshift.refused_concatenation(text, %1$s) RETURNS text
            LANGUAGE sql IMMUTABLE RETURN redshift.refuse_concatenation(%1$L);
            CREATE OPERATOR pg_catalog.|| (
                FUNCTION = redshift.refused_concatenation, LEFTARG = %1$s, RIGHTARG = text
            );
            CREATE OPERATOR pg_catalog.|| (
                FUNCTION = redshift.refused_concatenation, LEFTARG = text, RIGHTARG = %1$s
            )
        $operator$, refused);
    END LOOP;
END
$$;
