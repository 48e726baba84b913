-- name: lock
-- One change of the passages of all at a time, until the end of the transaction.
SELECT pg_advisory_xact_lock(hashtextextended('knowledge', 0));

-- name: hashes
-- What is stored of a collection and has its vectors by this embedder.
SELECT name, content_sha256 FROM knowledge_passages p
 WHERE collection = %(collection)s
   AND EXISTS (SELECT FROM knowledge_embeddings e WHERE e.passage_id = p.id
                  AND embedder = %(embedder)s AND embedder_version = %(version)s);

-- name: put
-- A passage, new or in place of its former wording, whose vectors go.
WITH former AS (
    DELETE FROM knowledge_embeddings e USING knowledge_passages p
     WHERE p.id = e.passage_id AND p.collection = %(collection)s AND p.name = %(name)s
)
INSERT INTO knowledge_passages AS p (user_id, document_id, collection, name, title, text, citation,
                                     url, is_trusted, content_sha256, english, korean)
VALUES (%(user_id)s, %(document_id)s, %(collection)s, %(name)s, %(title)s, %(text)s, %(citation)s,
        %(url)s, %(is_trusted)s, %(content_sha256)s,
        to_tsvector('english', %(words)s), array_to_tsvector(%(bigrams)s::text[]))
ON CONFLICT (collection, name) DO UPDATE
   SET title = excluded.title, text = excluded.text, citation = excluded.citation,
       url = excluded.url, is_trusted = excluded.is_trusted,
       content_sha256 = excluded.content_sha256, english = excluded.english,
       korean = excluded.korean
RETURNING id;

-- name: put_vectors
-- The vectors of the parts of a passage, as text.
INSERT INTO knowledge_embeddings (passage_id, user_id, part, embedder, embedder_version, vector)
SELECT %(passage_id)s, %(user_id)s::integer, part, %(embedder)s, %(version)s, vector::halfvec
  FROM unnest(%(vectors)s::text[]) WITH ORDINALITY AS parts (vector, part);

-- name: missing
-- The passages that a runner may read without vectors by an embedder, of which none is half there.
SELECT id, collection, name, title, text, content_sha256, user_id
  FROM knowledge_passages p
 WHERE (user_id IS NULL OR user_id = %(user_id)s)
   AND NOT EXISTS (SELECT FROM knowledge_embeddings e WHERE e.passage_id = p.id
                      AND embedder = %(embedder)s AND embedder_version = %(version)s)
 ORDER BY id LIMIT %(limit)s;

-- name: add_vectors
-- The vectors of a passage by another embedder, unless it was changed or has them meanwhile.
INSERT INTO knowledge_embeddings (passage_id, user_id, part, embedder, embedder_version, vector)
SELECT p.id, p.user_id, part, %(embedder)s, %(version)s, vector::halfvec
  FROM knowledge_passages p, unnest(%(vectors)s::text[]) WITH ORDINALITY AS parts (vector, part)
 WHERE p.id = %(passage_id)s AND p.content_sha256 = %(content_sha256)s
    ON CONFLICT DO NOTHING;

-- name: try_lock_embedding
-- Whether nobody else makes vectors by an embedder; held until the connection closes.
SELECT pg_try_advisory_lock(hashtextextended('embedding ' || %(embedder)s::text, 0));

-- name: remove_unused_vectors
-- Vectors of models that no runner has chosen any more.
DELETE FROM knowledge_embeddings
 WHERE starts_with(embedder, %(prefix)s)
   AND embedder NOT IN (SELECT %(prefix)s::text || embedding_model FROM ai_settings
                         WHERE embedding_model IS NOT NULL);

-- name: remove_others
-- Passages of a collection that are not among those named.
DELETE FROM knowledge_passages
 WHERE collection = %(collection)s AND name <> ALL (%(names)s::text[]);

-- name: rank_vectors
-- Passages by the cosine of their nearest part.
SELECT passage_id AS id, max(1 - (vector <=> %(vector)s::halfvec)) AS score
  FROM knowledge_embeddings
 WHERE (user_id IS NULL OR user_id = %(user_id)s)
   AND embedder = %(embedder)s AND embedder_version = %(version)s
 GROUP BY passage_id ORDER BY score DESC, passage_id LIMIT %(limit)s;

-- name: rank_english
-- Passages by BM25 (Robertson and Zaragoza 2009, k1 = 1.2, b = 0.75) of a question's words.
WITH readable AS (
    SELECT id, english, length(english) AS words FROM knowledge_passages
     WHERE user_id IS NULL OR user_id = %(user_id)s
), size AS (SELECT count(*)::float8 AS passages, avg(words)::float8 AS mean FROM readable),
hits AS (
    SELECT id, words, cardinality(positions)::float8 AS times,
           count(*) OVER (PARTITION BY lexeme)::float8 AS holders
      FROM readable, unnest(english) AS lexemes (lexeme, positions, weights)
     WHERE lexeme = ANY (tsvector_to_array(to_tsvector('english', %(question)s)))
)
SELECT id, sum(ln(1 + (passages - holders + 0.5) / (holders + 0.5)) * times * 2.2
               / (times + 1.2 * (0.25 + 0.75 * words / mean))) AS score
  FROM hits, size GROUP BY id ORDER BY score DESC, id LIMIT %(limit)s;

-- name: rank_korean
-- Passages by the pairs of syllables that they share with a question, rare ones counting more.
WITH readable AS (
    SELECT id, korean, length(korean) AS words FROM knowledge_passages
     WHERE (user_id IS NULL OR user_id = %(user_id)s) AND length(korean) > 0
), size AS (SELECT count(*)::float8 AS passages, avg(words)::float8 AS mean FROM readable),
hits AS (
    SELECT id, words, count(*) OVER (PARTITION BY pair)::float8 AS holders
      FROM readable, unnest(korean) AS lexemes (pair, positions, weights)
     WHERE pair = ANY (%(bigrams)s::text[])
)
SELECT id, sum(ln(1 + (passages - holders + 0.5) / (holders + 0.5)) * 2.2
               / (1 + 1.2 * (0.25 + 0.75 * words / mean))) AS score
  FROM hits, size GROUP BY id ORDER BY score DESC, id LIMIT %(limit)s;

-- name: added
-- Which of these passages did not come with the program.
SELECT id FROM knowledge_passages WHERE id = ANY (%(ids)s::bigint[]) AND collection <> %(shipped)s;

-- name: rank_related
-- Passages that were added, by the cosine of their nearest part to the text, title or Korean line
-- of shipped passages.
SELECT mine.passage_id AS id, max(1 - (mine.vector <=> theirs.vector)) AS score
  FROM knowledge_embeddings mine
  JOIN knowledge_passages p ON p.id = mine.passage_id AND p.collection <> %(shipped)s
  JOIN knowledge_embeddings theirs USING (embedder, embedder_version)
 WHERE theirs.passage_id = ANY (%(ids)s::bigint[]) AND theirs.part <= 3
   AND (mine.user_id IS NULL OR mine.user_id = %(user_id)s)
   AND embedder = %(embedder)s AND embedder_version = %(version)s
 GROUP BY mine.passage_id ORDER BY score DESC, mine.passage_id LIMIT %(limit)s;

-- name: get
-- Passages by their numbers.
SELECT id, document_id, name, title, text, citation, url, is_trusted
  FROM knowledge_passages
 WHERE id = ANY (%(ids)s::bigint[]) AND (user_id IS NULL OR user_id = %(user_id)s);

-- name: add_document
-- A document; nothing where the same text is there already.
INSERT INTO knowledge_documents (user_id, title, text_sha256)
VALUES (%(user_id)s, %(title)s, %(text_sha256)s)
ON CONFLICT (user_id, text_sha256) DO NOTHING
RETURNING id;

-- name: list_documents
-- The documents of a runner, newest first, with the number of their passages.
SELECT d.id, d.title, d.created_at, count(p.id) AS passages
  FROM knowledge_documents d LEFT JOIN knowledge_passages p ON p.document_id = d.id
 WHERE d.user_id = %(user_id)s GROUP BY d.id ORDER BY d.id DESC;

-- name: remove_document
-- A document goes with its passages and their vectors.
DELETE FROM knowledge_documents WHERE user_id = %(user_id)s AND id = %(id)s;
