-- How a line's switch is reached by the Asterisk Manager Interface. The secret is what the switch asks for and can't be
-- kept as a digest; no list reads it.
CREATE TABLE emergency_ami (
    region INTEGER NOT NULL,
    trunk TEXT NOT NULL,
    id UUID NOT NULL,
    host TEXT NOT NULL,
    port BIGINT NOT NULL,
    username TEXT NOT NULL,
    secret TEXT NOT NULL,
    numbers TEXT NOT NULL,
    contexts TEXT NOT NULL,
    queues TEXT NOT NULL,
    dial_context TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    state_at BIGINT NOT NULL,
    fault TEXT NOT NULL,
    PRIMARY KEY (region, trunk)
);

-- Numbers that the dialplan turns away for a while. The number is erased when it was kept long enough; the rest stays.
CREATE TABLE emergency_block (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    number TEXT,
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    ends_at BIGINT NOT NULL,
    lifted_at BIGINT,
    lifted_by TEXT,
    PRIMARY KEY (region, id)
);
CREATE INDEX emergency_block_by_number ON emergency_block (region, number, ends_at);
CREATE INDEX emergency_block_by_end ON emergency_block (region, ends_at, id);

-- Calls of blocked numbers: they are calls like any other, but nobody needs to call back.
CREATE TABLE emergency_blocked_call (
    region INTEGER NOT NULL,
    call_id UUID NOT NULL,
    block_id UUID NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (region, call_id),
    FOREIGN KEY (region, call_id) REFERENCES emergency_call (region, id) ON DELETE CASCADE
);
CREATE INDEX emergency_blocked_call_by_block ON emergency_blocked_call (region, block_id, call_id);

-- Where a caller may be, each with who says so.
CREATE TABLE emergency_place (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    call_id UUID NOT NULL,
    source TEXT NOT NULL,
    lat_e7 BIGINT,
    lon_e7 BIGINT,
    radius_m BIGINT,
    words TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, call_id) REFERENCES emergency_call (region, id) ON DELETE CASCADE
);
CREATE INDEX emergency_place_by_call ON emergency_place (region, call_id, id);
CREATE INDEX emergency_place_by_time ON emergency_place (region, at);

-- Links by which a caller sends a position, once. Of the token only its SHA-256 is kept.
CREATE TABLE emergency_place_link (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    call_id UUID NOT NULL,
    token_hash {{BYTES}} NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (region, id),
    UNIQUE (region, token_hash),
    FOREIGN KEY (region, call_id) REFERENCES emergency_call (region, id) ON DELETE CASCADE
);
CREATE INDEX emergency_place_link_by_call ON emergency_place_link (region, call_id, id);

-- What a taker did to reach a caller who was silent, cut off or not answered, and what came of it.
CREATE TABLE emergency_attempt (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    call_id UUID NOT NULL,
    kind TEXT NOT NULL,
    result TEXT NOT NULL,
    author TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, call_id) REFERENCES emergency_call (region, id) ON DELETE CASCADE
);
CREATE INDEX emergency_attempt_by_call ON emergency_attempt (region, call_id, id);

CREATE INDEX emergency_call_by_class ON emergency_call (region, class, started_at, id);
