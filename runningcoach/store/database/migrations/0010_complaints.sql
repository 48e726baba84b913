-- Illness and pain as the runner notes them; one of a kind lasts at a time.

CREATE TABLE complaints (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id    integer NOT NULL REFERENCES users ON DELETE CASCADE,
    kind       text NOT NULL CHECK (kind IN ('illness', 'pain')),
    began_on   date NOT NULL,
    ended_on   date CHECK (ended_on >= began_on),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX complaints_one_lasts ON complaints (user_id, kind) WHERE ended_on IS NULL;
