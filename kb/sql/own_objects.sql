-- What a database has of its own: all but the server's and extensions'.
SELECT kind, name FROM (
    SELECT CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                        WHEN 'S' THEN 'SEQUENCE' WHEN 'f' THEN 'FOREIGN TABLE'
                        ELSE 'TABLE' END AS kind,
           format('%I.%I', nspname, relname) AS name, o.oid, nspname
    FROM pg_class o JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.deptype = 'i' AND d.objid = o.oid)
    UNION ALL
    SELECT CASE prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE'
                        ELSE 'FUNCTION' END,
           format('%I.%I(%s)', nspname, proname, pg_get_function_identity_arguments(o.oid)),
           o.oid, nspname
    FROM pg_proc o JOIN pg_namespace n ON n.oid = pronamespace
    UNION ALL
    SELECT 'TYPE', format('%I.%I', nspname, typname), o.oid, nspname
    FROM pg_type o JOIN pg_namespace n ON n.oid = typnamespace
    WHERE typtype IN ('e', 'd')
       OR (typtype = 'c' AND (SELECT relkind FROM pg_class WHERE oid = typrelid) = 'c')
) found
WHERE nspname <> 'information_schema' AND nspname !~ '^pg_'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.deptype = 'e' AND d.objid = found.oid)
