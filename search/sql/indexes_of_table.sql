-- The indexes of a table: name, the constraint that each serves if any, and how it is made.
SELECT c.relname, pg_get_constraintdef(k.oid), pg_get_indexdef(c.oid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.contype IN ('p', 'u')
WHERE i.indrelid = %(table)s::regclass
ORDER BY c.relname
