-- Who else is connected to this database: user, from where, with which program, how often. What a role
-- may not see of others is NULL.
SELECT usename, coalesce(host(client_addr), 'this machine'), coalesce(application_name, ''), count(*)
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL
  AND coalesce(backend_type, 'client backend') = 'client backend'
GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3
