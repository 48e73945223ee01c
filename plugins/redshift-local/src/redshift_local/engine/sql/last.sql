-- From here on every table has its checks.
CREATE EVENT TRIGGER redshift_table_change ON ddl_command_end
WHEN TAG IN ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'ALTER TABLE')
EXECUTE FUNCTION redshift.on_table_change();
