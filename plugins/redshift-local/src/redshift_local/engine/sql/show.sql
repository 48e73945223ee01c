-- What SHOW selects from. The database may only be the session's own.
CREATE FUNCTION redshift.same_database(name text) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF name IS NOT NULL AND lower(name) <> current_database() THEN
        RAISE EXCEPTION USING
            MESSAGE = 'SHOW of another database than ' || current_database() || ' is not there',
            ERRCODE = 'feature_not_supported';
    END IF;
    RETURN true;
END
$$;

CREATE FUNCTION redshift.show_schemas(database text, pattern text) RETURNS TABLE (
    database_name varchar, schema_name varchar, schema_owner integer, schema_type varchar,
    schema_acl varchar, source_database varchar, schema_option varchar
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        schemas.database_name, schemas.schema_name, schemas.schema_owner, 'local'::varchar,
        schemas.schema_acl, NULL::varchar, NULL::varchar
    FROM redshift.schemas
    WHERE redshift.same_database(database) AND (pattern IS NULL OR schemas.schema_name LIKE pattern)
    ORDER BY schemas.schema_name;
END;

CREATE FUNCTION redshift.show_tables(database text, schema text) RETURNS TABLE (
    database_name varchar, schema_name varchar, table_name varchar, table_type varchar,
    table_acl varchar, remarks varchar, owner varchar, last_altered_time timestamp,
    last_modified_time timestamp, dist_style varchar, table_subtype varchar
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        relations.database_name, relations.schema_name, relations.table_name, relations.table_type,
        relations.table_acl, relations.remarks, relations.owner, NULL::timestamp, NULL::timestamp,
        attributes.dist_style || CASE attributes.dist_style WHEN 'KEY' THEN '(' || attributes.dist_key || ')' ELSE '' END,
        'REGULAR ' || relations.table_type
    FROM redshift.relations
    LEFT JOIN redshift.table_attributes AS attributes USING (table_id)
    WHERE redshift.same_database(database)
        AND relations.schema_name = lower(schema)
    ORDER BY relations.table_name;
END;

CREATE FUNCTION redshift.show_columns(database text, schema text, tbl text) RETURNS TABLE (
    database_name varchar, schema_name varchar, table_name varchar, column_name varchar,
    ordinal_position integer, column_default varchar, is_nullable varchar, data_type varchar,
    character_maximum_length integer, numeric_precision integer, numeric_scale integer,
    remarks varchar, sort_key_type varchar, sort_key_order integer, dist_key integer,
    encoding varchar, "collation" varchar
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        found.database_name, found.schema_name, found.table_name, found.column_name,
        found.ordinal_position, found.column_default, found.is_nullable, found.data_type,
        found.character_maximum_length, found.numeric_precision, found.numeric_scale, found.remarks,
        CASE WHEN found.sort_key_order > 0 THEN found.sort_style END,
        nullif(found.sort_key_order, 0),
        CASE WHEN found.is_dist_key THEN 1 END,
        'none'::varchar, NULL::varchar
    FROM redshift.columns AS found
    WHERE redshift.same_database(database)
        AND found.schema_name = lower(schema)
        AND found.table_name = lower(tbl)
    ORDER BY found.ordinal_position;
END;

-- A group is told of as a role whose name begins with a slash (what dbt-redshift says of it).
CREATE FUNCTION redshift.show_grants(database text, schema text, tbl text) RETURNS TABLE (
    database_name varchar, schema_name varchar, object_name varchar, object_type varchar,
    privilege_type varchar, identity_id integer, identity_name varchar, identity_type varchar,
    admin_option boolean, privilege_scope varchar
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        current_database()::varchar, namespace_name, relation_name, 'TABLE'::varchar,
        privileges.privilege_type, privileges.identity_id,
        CASE privileges.identity_type WHEN 'group' THEN '/' ELSE '' END || privileges.identity_name,
        CASE privileges.identity_type WHEN 'group' THEN 'role' ELSE privileges.identity_type END,
        privileges.admin_option, 'TABLE'::varchar
    FROM pg_catalog.svv_relation_privileges AS privileges
    WHERE redshift.same_database(database)
        AND namespace_name = lower(schema)
        AND relation_name = lower(tbl)
    ORDER BY privileges.identity_name, privileges.privilege_type;
END;
