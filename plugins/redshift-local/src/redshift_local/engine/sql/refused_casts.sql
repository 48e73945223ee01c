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
