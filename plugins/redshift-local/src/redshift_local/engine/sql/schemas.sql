-- Helpers and what stands behind the system views.
CREATE SCHEMA redshift;
-- Where built-ins of Postgres go that Redshift does not have.
CREATE SCHEMA engine_only;
GRANT USAGE ON SCHEMA redshift TO PUBLIC;
-- On Redshift everybody may create in public.
GRANT CREATE ON SCHEMA public TO PUBLIC;
