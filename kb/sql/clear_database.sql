-- Drops all that own_objects.sql names, and all schemas but the usual one.
SET LOCAL lock_timeout = '10s';
DO $kb$ DECLARE own record; BEGIN
    FOR own IN
{own}
    LOOP
        EXECUTE format('DROP %s IF EXISTS %s CASCADE', own.kind, own.name);
    END LOOP;
    FOR own IN SELECT nspname AS name FROM pg_namespace
        WHERE nspname NOT IN ('public', 'information_schema') AND nspname !~ '^pg_' LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', own.name);
    END LOOP;
END $kb$;
