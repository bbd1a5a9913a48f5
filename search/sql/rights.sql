-- Who may do what with a table, its columns and its sequence, as statements for the new ones. What
-- default privileges gave the new ones is taken back.
WITH pairs AS (
    SELECT %(old)s::regclass AS old, %(new)s::regclass AS new, 'TABLE' AS kind
    UNION ALL
    SELECT o.oid, n.oid, 'SEQUENCE'
    FROM pg_class o
    JOIN pg_depend od ON od.objid = o.oid AND od.refobjid = %(old)s::regclass
    JOIN pg_depend nd ON nd.refobjid = %(new)s::regclass AND nd.refobjsubid = od.refobjsubid
    JOIN pg_class n ON n.oid = nd.objid AND n.relkind = 'S'
    WHERE o.relkind = 'S'
), places AS (
    SELECT p.kind, p.new, '' AS columns, o.relacl AS acl, o.relowner AS owner, n.relacl AS given
    FROM pairs p JOIN pg_class o ON o.oid = p.old JOIN pg_class n ON n.oid = p.new
    UNION ALL
    SELECT p.kind, p.new, format('(%%I)', a.attname), a.attacl, o.relowner, NULL
    FROM pairs p JOIN pg_class o ON o.oid = p.old
    JOIN pg_attribute a ON a.attrelid = p.old AND a.attacl IS NOT NULL
), statements AS (
    SELECT 1 AS step, format('REVOKE ALL ON %%s %%s FROM %%s', kind, new::text,
           CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END)
    FROM places CROSS JOIN LATERAL aclexplode(given) g
    WHERE g.grantee <> owner
    UNION ALL
    SELECT 2, format('GRANT %%s %%s ON %%s %%s TO %%s%%s', g.privilege_type, columns, kind,
           new::text,
           CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END,
           CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
    FROM places CROSS JOIN LATERAL aclexplode(acl) g WHERE g.grantee <> owner
    UNION ALL
    SELECT 3, format('ALTER TABLE %%s OWNER TO %%s', p.new::text, o.relowner::regrole)
    FROM pairs p JOIN pg_class o ON o.oid = p.old JOIN pg_class n ON n.oid = p.new
    WHERE p.kind = 'TABLE' AND o.relowner <> n.relowner
)
SELECT format FROM statements ORDER BY step
