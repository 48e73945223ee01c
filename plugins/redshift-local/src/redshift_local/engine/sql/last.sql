-- From here on every table has its checks.
CREATE EVENT TRIGGER redshift_table_change ON ddl_command_end
WHEN TAG IN ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'ALTER TABLE')
EXECUTE FUNCTION redshift.on_table_change();

-- Views of the catalog are everybody's, but for SVV_TABLE_INFO, which AWS gives to superusers.
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT oid::regclass AS name FROM pg_class
        WHERE relkind = 'v' AND oid >= 16384 AND relname <> 'svv_table_info'
            AND relnamespace IN ('pg_catalog'::regnamespace, 'redshift'::regnamespace)
    LOOP
        EXECUTE 'GRANT SELECT ON ' || found.name || ' TO PUBLIC';
    END LOOP;
END
$$;
