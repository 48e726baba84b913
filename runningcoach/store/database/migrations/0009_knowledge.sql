-- What the coach may cite: passages that come with the program and those of the runner's own
-- documents, with three ways to find them: vectors, English words, Korean bigrams.

-- A text that a runner added.
CREATE TABLE knowledge_documents (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id     integer NOT NULL REFERENCES users ON DELETE CASCADE,
    title       text NOT NULL,
    text_sha256 text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (user_id, text_sha256)
);

CREATE TABLE knowledge_passages (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id        integer REFERENCES users ON DELETE CASCADE,
    document_id    bigint REFERENCES knowledge_documents ON DELETE CASCADE,
    collection     text NOT NULL,
    name           text NOT NULL,
    title          text NOT NULL,
    text           text NOT NULL,
    citation       text NOT NULL,
    url            text,
    is_trusted     boolean NOT NULL,
    content_sha256 text NOT NULL,
    english        tsvector NOT NULL,
    korean         tsvector NOT NULL,
    UNIQUE (collection, name),
    CHECK ((user_id IS NULL) = (document_id IS NULL)),
    CHECK (document_id IS NULL OR NOT is_trusted)
);
CREATE INDEX knowledge_passages_user ON knowledge_passages (user_id);
CREATE INDEX knowledge_passages_document ON knowledge_passages (document_id);

-- One row for each way of putting a passage: its text, its title, its Korean line, its aliases.
-- Vectors of two embedders are never compared: the embedder is part of the key.
CREATE TABLE knowledge_embeddings (
    passage_id       bigint NOT NULL REFERENCES knowledge_passages ON DELETE CASCADE,
    user_id          integer REFERENCES users ON DELETE CASCADE,
    part             smallint NOT NULL,
    embedder         text NOT NULL,
    embedder_version text NOT NULL,
    vector           halfvec(512) NOT NULL,
    PRIMARY KEY (passage_id, part, embedder, embedder_version)
);
CREATE INDEX knowledge_embeddings_user ON knowledge_embeddings (user_id);
