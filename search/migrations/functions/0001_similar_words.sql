-- Words of the index that share many trigrams with a typed one, by pg_trgm's index on topics_word.
-- The threshold is low because one wrong letter in five breaks three trigrams of eight.

-- Loads pg_trgm, so that an owner who is no superuser may set its threshold below.
SELECT similarity('', '');

CREATE OR REPLACE FUNCTION kb_similar_words(typed text)
RETURNS TABLE (word text, uses integer)
LANGUAGE sql STABLE PARALLEL SAFE
SET pg_trgm.similarity_threshold = 0.25
AS $$
    SELECT w.word, w.uses FROM topics_word w
    WHERE w.word % typed AND length(w.word) BETWEEN length(typed) - 2 AND length(typed) + 2
      AND w.uses > 0
    ORDER BY similarity(w.word, typed) DESC, w.uses DESC, w.word
    LIMIT 40
$$;
