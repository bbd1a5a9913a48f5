-- Notes when the table of synonyms changes, so that no process answers from an old copy.
CREATE OR REPLACE FUNCTION kb_synonyms_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE topics_indexstate SET synonyms_at = clock_timestamp();
        RETURN NULL;
    END
    $$;
