-- What a telephone system said of a call, each word once: `digest` is SHA-256 over all of it. Numbers and the address
-- of the recording are personal data and are erased here as in `emergency_caller`.
CREATE TABLE emergency_call (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    trunk TEXT NOT NULL,
    call_id TEXT NOT NULL,
    source TEXT NOT NULL,
    status TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    answered_at BIGINT,
    ended_at BIGINT,
    held_micros BIGINT NOT NULL,
    queue TEXT,
    agent TEXT,
    is_withheld BOOLEAN NOT NULL,
    claimed_by TEXT,
    claimed_at BIGINT,
    beat_at BIGINT,
    class TEXT,
    outcome TEXT,
    classified_at BIGINT,
    incident_id UUID,
    is_open BOOLEAN NOT NULL,
    is_drill BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (region, id)
);
CREATE UNIQUE INDEX emergency_call_once ON emergency_call (region, trunk, call_id);
CREATE INDEX emergency_call_by_call_id ON emergency_call (region, call_id, trunk);
CREATE INDEX emergency_call_open ON emergency_call (region, is_open, started_at, id) WHERE is_open = TRUE;
CREATE INDEX emergency_call_lost ON emergency_call (region, started_at, id)
    WHERE status IN ('abandoned', 'missed') AND classified_at IS NULL;
CREATE INDEX emergency_call_by_time ON emergency_call (region, started_at, id);
CREATE INDEX emergency_call_by_incident ON emergency_call (region, incident_id, id);

-- Who called: apart from the call, to be erased alone.
CREATE TABLE emergency_caller (
    region INTEGER NOT NULL,
    call_id UUID NOT NULL,
    number TEXT,
    called_number TEXT,
    recording_url TEXT,
    started_at BIGINT NOT NULL,
    is_known BOOLEAN NOT NULL,
    PRIMARY KEY (region, call_id),
    FOREIGN KEY (region, call_id) REFERENCES emergency_call (region, id) ON DELETE CASCADE
);
CREATE INDEX emergency_caller_known ON emergency_caller (region, is_known, started_at) WHERE is_known = TRUE;
CREATE INDEX emergency_caller_by_number ON emergency_caller (region, number, started_at);

CREATE TABLE emergency_call_event (
    region INTEGER NOT NULL,
    call_id UUID NOT NULL,
    digest {{BYTES}} NOT NULL,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    agent TEXT,
    reason TEXT,
    caller_number TEXT,
    called_number TEXT,
    queue TEXT,
    recording_url TEXT,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (region, call_id, digest),
    FOREIGN KEY (region, call_id) REFERENCES emergency_call (region, id) ON DELETE CASCADE
);
CREATE INDEX emergency_call_event_by_time ON emergency_call_event (region, received_at);

-- What a taker types during a call, each value as it was left: nothing is lost when a browser dies.
CREATE TABLE emergency_call_field (
    region INTEGER NOT NULL,
    call_id UUID NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (region, call_id, name),
    FOREIGN KEY (region, call_id) REFERENCES emergency_call (region, id) ON DELETE CASCADE
);
CREATE INDEX emergency_call_field_by_time ON emergency_call_field (region, at);

-- The extension at which an officer takes calls.
CREATE TABLE emergency_taker (
    region INTEGER NOT NULL,
    officer_id UUID NOT NULL,
    extension TEXT NOT NULL,
    PRIMARY KEY (region, officer_id)
);
CREATE UNIQUE INDEX emergency_taker_by_extension ON emergency_taker (region, extension);

CREATE TABLE emergency_type (
    region INTEGER NOT NULL,
    code TEXT NOT NULL,
    type_group TEXT NOT NULL,
    name TEXT NOT NULL,
    words TEXT NOT NULL,
    priority BIGINT NOT NULL,
    run_card TEXT NOT NULL,
    is_active BOOLEAN NOT NULL,
    PRIMARY KEY (region, code)
);

CREATE TABLE emergency_incident (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    serial BIGINT NOT NULL,
    type_code TEXT NOT NULL,
    priority BIGINT NOT NULL,
    status TEXT NOT NULL,
    village BIGINT,
    district BIGINT,
    landmark TEXT NOT NULL,
    lat_e7 BIGINT,
    lon_e7 BIGINT,
    radius_m BIGINT,
    received_at BIGINT NOT NULL,
    answered_at BIGINT,
    opened_at BIGINT NOT NULL,
    sent_at BIGINT,
    arrived_at BIGINT,
    controlled_at BIGINT,
    closed_at BIGINT,
    result TEXT,
    dead BIGINT NOT NULL,
    badly_hurt BIGINT NOT NULL,
    slightly_hurt BIGINT NOT NULL,
    missing BIGINT NOT NULL,
    displaced BIGINT NOT NULL,
    houses BIGINT NOT NULL,
    merged_into UUID,
    before_merge TEXT,
    is_drill BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (region, id)
);
CREATE UNIQUE INDEX emergency_incident_by_serial ON emergency_incident (region, serial);
CREATE INDEX emergency_incident_active ON emergency_incident (region, priority, opened_at, id)
    WHERE status IN ('open', 'dispatched', 'on_scene', 'controlled');
CREATE INDEX emergency_incident_by_time ON emergency_incident (region, received_at, id);
CREATE INDEX emergency_incident_merged ON emergency_incident (region, merged_into, id);

-- The radio log and the notes of an incident, each with its time.
CREATE TABLE emergency_note (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    incident_id UUID NOT NULL,
    at BIGINT NOT NULL,
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, incident_id) REFERENCES emergency_incident (region, id) ON DELETE CASCADE
);
CREATE INDEX emergency_note_by_incident ON emergency_note (region, incident_id, id);

CREATE TABLE emergency_unit (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    call_sign TEXT NOT NULL,
    kind TEXT NOT NULL,
    base_lat_e7 BIGINT,
    base_lon_e7 BIGINT,
    status TEXT NOT NULL,
    lat_e7 BIGINT,
    lon_e7 BIGINT,
    accuracy_m BIGINT,
    position_at BIGINT,
    rested_at BIGINT,
    is_active BOOLEAN NOT NULL,
    token_hash {{BYTES}},
    PRIMARY KEY (region, id)
);
CREATE UNIQUE INDEX emergency_unit_by_call_sign ON emergency_unit (region, call_sign);
CREATE UNIQUE INDEX emergency_unit_by_token ON emergency_unit (region, token_hash);

CREATE TABLE emergency_dispatch (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    incident_id UUID NOT NULL,
    unit_id UUID NOT NULL,
    status TEXT NOT NULL,
    assigned_at BIGINT NOT NULL,
    acknowledged_at BIGINT,
    en_route_at BIGINT,
    on_scene_at BIGINT,
    transporting_at BIGINT,
    at_destination_at BIGINT,
    ended_at BIGINT,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, incident_id) REFERENCES emergency_incident (region, id) ON DELETE CASCADE
);
CREATE INDEX emergency_dispatch_by_incident ON emergency_dispatch (region, incident_id, id);
CREATE UNIQUE INDEX emergency_dispatch_out ON emergency_dispatch (region, unit_id) WHERE ended_at IS NULL;
