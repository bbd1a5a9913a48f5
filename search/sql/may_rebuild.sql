-- Whether this role may make the index's tables anew: it owns them, and may make a schema beside them.
SELECT pg_has_role(relowner, 'USAGE') AND has_database_privilege(current_database(), 'CREATE')
FROM pg_class WHERE oid = 'topics_term'::regclass
