-- The operation centre's stage as it was confirmed, for the whole region (district 0) or for one district. Rows are
-- only added; the one in force is marked.
CREATE TABLE emergency_stage (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    district BIGINT NOT NULL,
    level BIGINT NOT NULL,
    proposed BIGINT NOT NULL,
    reasons TEXT NOT NULL,
    note TEXT NOT NULL,
    at BIGINT NOT NULL,
    confirmed_by TEXT NOT NULL,
    is_current BOOLEAN NOT NULL,
    PRIMARY KEY (region, id)
);
CREATE UNIQUE INDEX emergency_stage_current ON emergency_stage (region, district) WHERE is_current = TRUE;
CREATE INDEX emergency_stage_by_time ON emergency_stage (region, at, id);

-- What a stage means and what citizens should do, in the region's own words; a stage without a row has the usual ones.
CREATE TABLE emergency_stage_guide (
    region INTEGER NOT NULL,
    level BIGINT NOT NULL,
    meaning TEXT NOT NULL,
    advice TEXT NOT NULL,
    PRIMARY KEY (region, level)
);

CREATE TABLE emergency_protocol (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    level BIGINT NOT NULL,
    place BIGINT NOT NULL,
    body TEXT NOT NULL,
    owner TEXT NOT NULL,
    minutes BIGINT NOT NULL,
    PRIMARY KEY (region, id)
);
CREATE INDEX emergency_protocol_by_level ON emergency_protocol (region, level, place, id);

-- A step of a checklist that was opened: one owner, one deadline.
CREATE TABLE emergency_action_item (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    stage_id UUID NOT NULL,
    body TEXT NOT NULL,
    agency_id UUID,
    officer_id UUID,
    due_at BIGINT NOT NULL,
    ended_at BIGINT,
    is_done BOOLEAN NOT NULL,
    ended_by TEXT,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, stage_id) REFERENCES emergency_stage (region, id) ON DELETE CASCADE
);
CREATE INDEX emergency_action_item_by_stage ON emergency_action_item (region, stage_id, id);
CREATE INDEX emergency_action_item_open ON emergency_action_item (region, due_at, id) WHERE ended_at IS NULL;

-- A scenario that is played, or was. At most one is played at a time.
CREATE TABLE emergency_drill (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    steps BIGINT NOT NULL,
    played BIGINT NOT NULL,
    beat_at BIGINT NOT NULL,
    is_running BOOLEAN NOT NULL,
    PRIMARY KEY (region, id)
);
CREATE UNIQUE INDEX emergency_drill_running ON emergency_drill (region, is_running) WHERE is_running = TRUE;
CREATE INDEX emergency_drill_by_time ON emergency_drill (region, started_at, id);

-- Units that exist only for a drill are sent to nothing else.
ALTER TABLE emergency_unit ADD COLUMN is_drill BOOLEAN NOT NULL DEFAULT FALSE;
