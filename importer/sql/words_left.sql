-- Those of these words that the index knows and no section in it holds.
SELECT w.word FROM topics_word w WHERE w.word = ANY(%s) AND NOT EXISTS (
    SELECT FROM topics_section s JOIN topics_indexedsection i ON i.section_id = s.id
    WHERE strpos(lower(s.title || ' ' || s.text || ' ' || s.code), lower(w.word)) > 0)
