-- The roles that have rights of their own in the database.
SELECT DISTINCT r.rolname FROM (
    SELECT relacl AS acl, relowner AS owner FROM pg_class
    WHERE relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
    UNION ALL SELECT attacl, relowner FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
    UNION ALL SELECT proacl, proowner FROM pg_proc
    WHERE pronamespace::regnamespace::text !~ '^(pg_|information_schema)'
    UNION ALL SELECT nspacl, nspowner FROM pg_namespace
    WHERE nspname !~ '^(pg_|information_schema)'
    UNION ALL SELECT defaclacl, defaclrole FROM pg_default_acl
) o CROSS JOIN LATERAL aclexplode(o.acl) g JOIN pg_roles r ON r.oid = g.grantee
WHERE g.grantee <> o.owner AND r.rolname !~ '^pg_' ORDER BY 1
