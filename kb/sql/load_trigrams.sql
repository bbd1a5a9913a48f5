-- Functions with a setting of an extension can be made once its code is loaded, which making the
-- extension does, and its being there does not.
DO $kb$ DECLARE place text; BEGIN
    SELECT extnamespace::regnamespace INTO place FROM pg_extension WHERE extname = 'pg_trgm';
    IF FOUND THEN EXECUTE format('SELECT %s.show_limit()', place); END IF;
END $kb$;
