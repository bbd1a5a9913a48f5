-- The argument of `kb_rank`: `search.ranking.rank` sends these fields as one JSON object.
CREATE TYPE kb_asked AS (
    words smallint[],        -- alternatives: the number of the query's word, from 1
    weights real[],
    counting boolean[],
    equals boolean[],        -- the word itself and its synonyms, which share their rarity
    lexemes text[],
    asking smallint[],       -- numbers of words that only ask: how, best, way
    run_words smallint[],    -- alternatives of several lexemes
    run_weights real[],
    run_queries tsquery[],
    word_count integer,      -- words that must be held for "all"; those after them are hints
    all_words tsquery,       -- the telling ones; null when nothing can hold them all
    pairs tsquery[],         -- neighbours in the query
    keys text[],             -- exact titles
    typed text[],            -- words as typed, whose use is to be told
    said text[],             -- all words as typed, stop words too
    wanted_number text,
    is_comparison boolean,
    is_question boolean,
    is_filtered boolean,
    must tsquery,            -- what a filtered search admits; null admits every section
    must_all tsquery,        -- the same with all words
    trees bigint[],          -- the private trees that the reader sees, and 0 for what all may see
    topic_ids bigint[],      -- null for every topic
    is_narrowed boolean,     -- a topic, tag or kind was chosen; without it
    wide_topic_ids bigint[], -- the topics would be these
    is_wide_filtered boolean, -- and this would be the value of is_filtered
    section_ids bigint[],    -- null for every section; in order
    is_left_out boolean,     -- these are left out instead
    in_titles boolean,       -- only postings in titles count
    with_code boolean,
    with_facets boolean,
    is_counting boolean,     -- `facets` are to be the keys of what counts
    most_values integer,     -- of each facet
    bound integer,           -- postings read of a common term
    longest integer,         -- postings read of any other
    widest integer,          -- sections of the rarest word up to which GIN is asked for more
    enough integer,          -- sections with all words that need no more from GIN
    pool_size integer,       -- candidates of each kind that are scored
    wide_pool integer,       -- and that are looked up, where lists were cut
    is_grouped boolean,      -- at most three of a page among the first ten
    by_date boolean,         -- the same rows, the newest topics first
    rows_before integer,
    rows_wanted integer,
    text_length integer      -- characters of text and of code to return
);

-- The rows of search_weight as one value; a missing row is null.
CREATE TYPE kb_weights AS (
    title float, missing float, root float, part float, stub float, links float, question float,
    letter float, bare float, comparison float, pairs float, asking float
);
