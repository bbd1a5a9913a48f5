-- The words of an indexed section: of its vector, and of what did not fit into one (never the same).
CREATE OR REPLACE FUNCTION kb_words(vector tsvector, rest text)
RETURNS TABLE (lexeme text, positions smallint[], weights text[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT u.lexeme, u.positions, u.weights FROM unnest(vector) u
    UNION ALL
    SELECT r.lexeme, r.positions, r.weights
    FROM regexp_split_to_table(rest, E'\n') AS line
    CROSS JOIN LATERAL unnest(line::tsvector) r
    WHERE rest <> ''
$$;
