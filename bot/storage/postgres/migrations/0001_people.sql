-- One row a person: what a tick needs in clear, and the sealed document as it would lie in a file.
CREATE TABLE subscriber (
    id            bigint PRIMARY KEY,
    saved_at      timestamptz NOT NULL,
    next_due_at   timestamptz,
    stamp         text NOT NULL,
    claim_open    boolean NOT NULL,
    reply_owed_at timestamptz,
    key           text NOT NULL,
    sealed        bytea NOT NULL
) WITH (fillfactor = 80);

-- Sealed bytes do not compress, and no index is touched when they change.
ALTER TABLE subscriber ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- What belongs to the bot and not to a person.
CREATE TABLE bot_record (
    alone  boolean PRIMARY KEY DEFAULT true CHECK (alone),
    sealed bytea NOT NULL DEFAULT ''
);
INSERT INTO bot_record DEFAULT VALUES;

-- Which database this is, for data folders to remember, which key has sealed here first, and a move that is under way.
CREATE TABLE installation (
    alone  boolean PRIMARY KEY DEFAULT true CHECK (alone),
    name   uuid NOT NULL DEFAULT gen_random_uuid(),
    key    text,
    moving text
);
INSERT INTO installation DEFAULT VALUES;
