CREATE TABLE passage (
  id        int PRIMARY KEY,
  tenant    text NOT NULL,
  title     text NOT NULL,
  body      text NOT NULL,
  embedding float8[] NOT NULL,          -- with pgvector: vector(1536) and an index
  search    tsvector GENERATED ALWAYS AS (to_tsvector('english', title || ' ' || body)) STORED
);
CREATE INDEX passage_search ON passage USING gin (search);

CREATE FUNCTION cosine(a float8[], b float8[]) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT sum(x * y) / nullif(sqrt(sum(x * x)) * sqrt(sum(y * y)), 0) FROM unnest(a, b) AS t(x, y)
$$;
