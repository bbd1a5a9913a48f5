-- The argument of `kb_rank`: `search.ranking.rank` sends these fields as one JSON object.
CREATE TYPE kb_query AS (
    words smallint[],        -- alternatives: the number of the query's word, from 1
    weights real[],
    counting boolean[],
    lexemes text[],
    run_words smallint[],    -- alternatives of several lexemes
    run_weights real[],
    run_queries tsquery[],
    word_count integer,      -- words that must be held for "all"
    all_words tsquery,       -- null when nothing can hold them all
    pairs tsquery[],         -- neighbours in the query
    keys text[],             -- exact titles
    wanted_number text,
    is_comparison boolean,
    is_filtered boolean,
    must tsquery,            -- what a filtered search admits; null admits every section
    must_all tsquery,        -- the same with all words
    topic_ids bigint[],      -- null for every topic
    section_ids bigint[],    -- null for every section
    in_titles boolean,       -- only postings in titles count
    with_code boolean,
    with_facets boolean,
    most_values integer,     -- of each facet
    bound integer,           -- postings read of each term
    pool_size integer,       -- candidates of each kind that are scored
    is_grouped boolean,      -- at most three of a page among the first ten
    by_date boolean,         -- the same rows, the newest topics first
    rows_before integer,
    rows_wanted integer,
    text_length integer      -- characters of text and of code to return
);
