-- What a learner is asked now, in order, and how much is left of each kind today. Cards that she is
-- just learning come when they are due, or early where nothing else is left; of the others, known and
-- new ones, no more than her limits of the day leave. Answers that were taken back count for nothing.
-- Cards of sections that she may not see any more wait.
WITH answered AS MATERIALIZED (
    SELECT
        coalesce(sum(CASE rating WHEN 0 THEN -1 ELSE 1 END)
            FILTER (WHERE is_first AND phase > 0), 0)::int AS known,
        coalesce(sum(CASE rating WHEN 0 THEN -1 ELSE 1 END) FILTER (WHERE phase = 0), 0)::int AS new
    FROM learning_review
    WHERE user_id = %(user)s AND reviewed_at >= %(day)s
),
learning AS MATERIALIZED (
    SELECT id, due FROM learning_card
    WHERE user_id = %(user)s AND NOT is_suspended AND (section_id IS NULL OR section_id NOT IN ({hidden}))
      AND due >= %(day)s AND due < %(soon)s
      AND last_review >= %(day)s
    ORDER BY due LIMIT 500
),
known AS MATERIALIZED (
    SELECT id, row_number() OVER (ORDER BY due, id) AS place FROM (
        SELECT id, due FROM learning_card
        WHERE user_id = %(user)s AND NOT is_suspended AND (section_id IS NULL OR section_id NOT IN ({hidden}))
          AND due IS NOT NULL AND due < %(tomorrow)s
          AND last_review < %(day)s
        ORDER BY due LIMIT (SELECT greatest(0, %(most_known)s - answered.known) FROM answered)
    ) AS first
),
new AS MATERIALIZED (
    SELECT id, row_number() OVER (ORDER BY id) AS place FROM (
        SELECT id FROM learning_card
        WHERE user_id = %(user)s AND NOT is_suspended AND (section_id IS NULL OR section_id NOT IN ({hidden}))
          AND due IS NULL
        ORDER BY id LIMIT (SELECT greatest(0, %(most_new)s - answered.new) FROM answered)
    ) AS first
),
count AS (
    SELECT (SELECT count(*) FROM learning) AS learning, (SELECT count(*) FROM known) AS known,
        (SELECT count(*) FROM new) AS new, answered.known + answered.new AS done FROM answered
),
ordered AS (
    SELECT id, CASE WHEN due <= %(now)s THEN 0 ELSE 2 END AS turn, extract(epoch FROM due) AS place
    FROM learning
    UNION ALL
    SELECT known.id, 1, known.place / count.known::float FROM known, count
    UNION ALL
    SELECT new.id, 1, (new.place - 0.5) / count.new FROM new, count
)
SELECT count.learning, count.known, count.new, count.done, ARRAY(
    SELECT ordered.id FROM ordered WHERE ordered.id <> %(except)s
    ORDER BY ordered.turn, ordered.place, ordered.id LIMIT %(most)s
)
FROM count
