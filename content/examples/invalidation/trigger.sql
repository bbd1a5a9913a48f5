CREATE FUNCTION notify_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed text := CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END;   -- as text: a bigint may be too large for JSON.parse
BEGIN
  PERFORM pg_notify('cache', json_build_object('table', TG_TABLE_NAME, 'id', changed)::text);
  RETURN NULL;
END $$;

CREATE TRIGGER articles_cache AFTER INSERT OR UPDATE OR DELETE ON articles
  FOR EACH ROW EXECUTE FUNCTION notify_change();
