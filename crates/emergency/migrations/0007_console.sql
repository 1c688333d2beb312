-- What the caller says of victims, before anybody has counted: unknown, some or none, and how many of some.
ALTER TABLE emergency_incident ADD COLUMN victims TEXT NOT NULL DEFAULT 'unknown';
ALTER TABLE emergency_incident ADD COLUMN victims_count BIGINT;

-- A taker waits for a supervisor in the middle of a call.
CREATE TABLE emergency_help (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    call_id UUID NOT NULL,
    asked_at BIGINT NOT NULL,
    asked_by TEXT NOT NULL,
    comes_by TEXT,
    comes_at BIGINT,
    ended_at BIGINT,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, call_id) REFERENCES emergency_call (region, id) ON DELETE CASCADE
);
CREATE INDEX emergency_help_by_call ON emergency_help (region, call_id, id);
CREATE UNIQUE INDEX emergency_help_open ON emergency_help (region, call_id) WHERE ended_at IS NULL;

-- A supervisor took a call from somebody who was there. Why is a person's own words and is erased after a time.
CREATE TABLE emergency_take_over (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    call_id UUID NOT NULL,
    at BIGINT NOT NULL,
    taken_by TEXT NOT NULL,
    taken_from TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, call_id) REFERENCES emergency_call (region, id) ON DELETE CASCADE
);
CREATE INDEX emergency_take_over_by_call ON emergency_take_over (region, call_id, id);
CREATE INDEX emergency_take_over_by_time ON emergency_take_over (region, at);
