-- The keys of the private trees that a reader may see: those where a group of hers has a right at the
-- topmost topic or above it, and for a superuser all.
WITH RECURSIVE above (tree, id, parent_id) AS (
    SELECT topic.id, topic.id, topic.parent_id FROM topics_topic topic
    WHERE topic.tree <> 0 AND topic.tree = topic.id
    UNION
    SELECT above.tree, topic.id, topic.parent_id
    FROM above JOIN topics_topic topic ON topic.id = above.parent_id
)
SELECT DISTINCT above.tree FROM above
WHERE {superuser} OR above.id IN (
    SELECT held.topic_id FROM topics_grant held
    JOIN auth_user_groups member ON member.group_id = held.group_id AND member.user_id = {user}
)
ORDER BY above.tree
