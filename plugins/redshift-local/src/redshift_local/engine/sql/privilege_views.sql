-- Who was granted what. A group and a role are both roles of Postgres that cannot log in; a
-- group's comment is 'group'.
CREATE FUNCTION redshift.identity_type(role_id oid) RETURNS text
LANGUAGE sql STABLE
RETURN CASE
    WHEN role_id = 0 THEN 'public'
    WHEN (SELECT rolcanlogin FROM pg_roles WHERE oid = role_id) THEN 'user'
    ELSE coalesce(shobj_description(role_id, 'pg_authid'), 'role')
END;

CREATE VIEW pg_catalog.svv_relation_privileges AS
SELECT
    pg_namespace.nspname::text AS namespace_name,
    pg_class.relname::text AS relation_name,
    acl.privilege_type::text AS privilege_type,
    acl.grantee::bigint::integer AS identity_id,
    CASE acl.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(acl.grantee) END::text AS identity_name,
    redshift.identity_type(acl.grantee) AS identity_type,
    acl.is_grantable AS admin_option
FROM pg_class
INNER JOIN pg_namespace ON pg_class.relnamespace = pg_namespace.oid
CROSS JOIN LATERAL aclexplode(pg_class.relacl) AS acl
WHERE pg_class.relkind IN ('r', 'v')
    AND acl.grantee <> pg_class.relowner
    AND acl.privilege_type <> 'MAINTAIN'
    AND NOT redshift.is_ours(pg_namespace.nspname)
    AND nspname NOT IN ('pg_catalog', 'information_schema')
    AND (
        current_setting('is_superuser') = 'on'
        OR acl.grantee = 0
        OR pg_has_role(acl.grantee, 'MEMBER')
        OR pg_has_role(pg_class.relowner, 'USAGE')
    );
