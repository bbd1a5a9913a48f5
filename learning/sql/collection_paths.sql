-- The learner's collections that she reads as paths and that hold one of the sections read here, each
-- with all its published sections in order, as they are read today.
SELECT here.shown_id, collection.id, json_build_object('title', collection.title, 'sections', (
    SELECT json_agg(
        json_build_array(section.id, section.title, topic.title, topic.path, section.anchor)
        ORDER BY item.position, item.id
    )
    FROM learning_collectedsection item
    JOIN topics_section section ON section.id = {current}
    JOIN topics_topic topic ON topic.id = section.topic_id
    WHERE item.collection_id = collection.id AND {published}
))::text
FROM %(here)s AS here
JOIN learning_collectedsection held ON held.section_id = here.id
JOIN learning_collection collection ON collection.id = held.collection_id
WHERE collection.user_id = %(user)s AND collection.is_path
