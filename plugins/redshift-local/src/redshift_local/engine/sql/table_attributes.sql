-- Distribution and sort keys, which mean nothing to Postgres. They are kept beside a table's
-- comment, as one of a column -1: gone with the table, and outside of what serializable
-- transactions watch, so that two of them never conflict over it.
CREATE FUNCTION redshift.column_number(table_id oid, name text) RETURNS smallint
LANGUAGE plpgsql STABLE STRICT AS $$
DECLARE
    found record;
BEGIN
    SELECT attnum, atttypid INTO found FROM pg_attribute
    WHERE attrelid = table_id AND attname = lower(name) AND attnum > 0 AND NOT attisdropped;
    IF found IS NULL THEN
        RAISE EXCEPTION USING
            MESSAGE = 'column "' || name || '" named in a distribution or sort key does not exist',
            ERRCODE = 'undefined_column';
    END IF;
    IF found.atttypid = 'super'::regtype THEN
        RAISE EXCEPTION USING
            MESSAGE = 'column "' || name || '" of type super cannot be a distribution or sort key',
            ERRCODE = 'feature_not_supported';
    END IF;
    RETURN found.attnum;
END
$$;

-- Null is AUTO.
CREATE FUNCTION redshift.set_table_attributes(
    relation regclass, dist_style text, dist_key text, sort_style text, sort_keys text[]
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    kept jsonb := '{}';
BEGIN
    IF NOT pg_has_role(session_user, (SELECT relowner FROM pg_class WHERE oid = relation), 'USAGE') THEN
        RAISE EXCEPTION USING
            MESSAGE = 'must be owner of relation ' || relation, ERRCODE = 'insufficient_privilege';
    END IF;
    IF dist_style IS NOT NULL THEN
        kept := kept || engine_only.jsonb_build_object(
            'dist_style', dist_style,
            'dist_key', redshift.column_number(relation, dist_key)
        );
    END IF;
    IF sort_style IS NOT NULL THEN
        kept := kept || engine_only.jsonb_build_object(
            'sort_style', sort_style,
            'sort_keys', (
                SELECT engine_only.jsonb_agg(redshift.column_number(relation, key.name) ORDER BY key.place)
                FROM engine_only.unnest(sort_keys) WITH ORDINALITY AS key (name, place)
            )
        );
    END IF;
    DELETE FROM pg_description
    WHERE objoid = relation AND classoid = 'pg_class'::regclass AND objsubid = -1;
    INSERT INTO pg_description (objoid, classoid, objsubid, description)
    VALUES (relation, 'pg_class'::regclass, -1, kept::text);
END
$$;

-- Every table has a row; AUTO is the default of both.
CREATE VIEW redshift.table_attributes AS
SELECT
    pg_class.oid AS table_id,
    coalesce(kept.description::jsonb ->> 'dist_style', 'AUTO') AS dist_style,
    (
        SELECT attname FROM pg_attribute
        WHERE attrelid = pg_class.oid AND attnum = (kept.description::jsonb ->> 'dist_key')::smallint
    ) AS dist_key,
    coalesce(kept.description::jsonb ->> 'sort_style', 'AUTO') AS sort_style,
    ARRAY(
        SELECT attname
        FROM jsonb_array_elements_text(kept.description::jsonb -> 'sort_keys') WITH ORDINALITY AS key (number, place)
        INNER JOIN pg_attribute ON attrelid = pg_class.oid AND attnum = key.number::smallint
        ORDER BY key.place
    ) AS sort_keys
FROM pg_class
LEFT JOIN pg_description AS kept
    ON kept.objoid = pg_class.oid AND kept.classoid = 'pg_class'::regclass AND kept.objsubid = -1
WHERE pg_class.relkind = 'r';
