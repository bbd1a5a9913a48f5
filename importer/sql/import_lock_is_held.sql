SELECT EXISTS (
    SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE locktype = 'advisory' AND objsubid = 1 AND granted
      AND mode = 'ExclusiveLock' AND datname = current_database()
      AND classid::bigint = 0 AND objid::bigint = %(lock)s AND pid <> pg_backend_pid()
)
