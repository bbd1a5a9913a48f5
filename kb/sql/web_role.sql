-- Statements that let a role, which owns nothing, do what the site does while it serves: change the rows
-- of its tables, and no more. Default privileges do the same for tables of later migrations.
SELECT format(line, %(role)s, current_schema(), current_user, current_database())
FROM unnest(ARRAY[
    'GRANT CONNECT, TEMPORARY ON DATABASE %%4$I TO %%1$I',
    'GRANT USAGE ON SCHEMA %%2$I TO %%1$I',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %%2$I TO %%1$I',
    'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %%2$I TO %%1$I',
    'REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM %%1$I',
    'ALTER DEFAULT PRIVILEGES FOR ROLE %%3$I IN SCHEMA %%2$I'
        ' GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %%1$I',
    'ALTER DEFAULT PRIVILEGES FOR ROLE %%3$I IN SCHEMA %%2$I GRANT USAGE, SELECT ON SEQUENCES TO %%1$I'
]) WITH ORDINALITY AS lines (line, number)
ORDER BY number
