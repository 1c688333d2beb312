CREATE TABLE region_known (
    region INTEGER NOT NULL,
    id BIGINT NOT NULL,
    PRIMARY KEY (region, id)
);

CREATE TABLE region_head (
    region INTEGER NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash {{BYTES}} NOT NULL
);

CREATE TABLE journal (
    region INTEGER NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    hash {{BYTES}} NOT NULL,
    PRIMARY KEY (region, seq)
);

CREATE INDEX journal_subject ON journal (region, subject_id, seq);

CREATE TABLE idempotency (
    region INTEGER NOT NULL,
    key UUID NOT NULL,
    at BIGINT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (region, key)
);

CREATE INDEX idempotency_at ON idempotency (region, at);

CREATE TABLE counter (
    region INTEGER NOT NULL,
    name TEXT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (region, name)
);

CREATE TABLE reaction_place (
    region INTEGER NOT NULL,
    name TEXT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (region, name)
);

CREATE TABLE reaction_parked (
    region INTEGER NOT NULL,
    name TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    error TEXT NOT NULL,
    PRIMARY KEY (region, name, seq)
);

CREATE TABLE deadline (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    what TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    done_at BIGINT,
    PRIMARY KEY (region, id)
);

CREATE INDEX deadline_open ON deadline (region, due_at) WHERE done_at IS NULL;
CREATE INDEX deadline_subject ON deadline (region, subject_id);

CREATE TABLE outbox (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    at BIGINT NOT NULL,
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    about_kind TEXT,
    about_id UUID,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    sent_at BIGINT,
    last_error TEXT,
    PRIMARY KEY (region, id)
);

CREATE INDEX outbox_waiting ON outbox (region, next_at) WHERE state = 'waiting';
CREATE INDEX outbox_state ON outbox (region, state, id);

CREATE TABLE file (
    region INTEGER NOT NULL,
    digest {{BYTES}} NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (region, digest)
);
