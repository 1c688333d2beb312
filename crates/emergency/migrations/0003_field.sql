-- What a region has settled for a timer, where it differs from what the field knows: seconds until the warning and
-- until the alarm, and whose figure it is.
CREATE TABLE emergency_timer (
    region INTEGER NOT NULL,
    code TEXT NOT NULL,
    warn_seconds BIGINT NOT NULL,
    alarm_seconds BIGINT NOT NULL,
    source TEXT NOT NULL,
    is_active BOOLEAN NOT NULL,
    PRIMARY KEY (region, code)
);

-- One running of a timer: of a call, an incident, or one of its dispatches. Its warning and its alarm are told once.
CREATE TABLE emergency_run (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    timer TEXT NOT NULL,
    subject_id UUID NOT NULL,
    owner_id UUID NOT NULL,
    since BIGINT NOT NULL,
    warn_at BIGINT NOT NULL,
    alarm_at BIGINT NOT NULL,
    warned_at BIGINT,
    alarmed_at BIGINT,
    stopped_at BIGINT,
    PRIMARY KEY (region, id)
);
CREATE UNIQUE INDEX emergency_run_once ON emergency_run (region, subject_id, timer, since);
CREATE INDEX emergency_run_open ON emergency_run (region, owner_id, id) WHERE stopped_at IS NULL;

-- What else is known of a unit. The crew's names and the telephone are personal data and are kept here alone.
CREATE TABLE emergency_unit_card (
    region INTEGER NOT NULL,
    unit_id UUID NOT NULL,
    base_name TEXT NOT NULL,
    crew TEXT NOT NULL,
    phone TEXT NOT NULL,
    capabilities TEXT NOT NULL,
    word TEXT NOT NULL,
    reason TEXT NOT NULL,
    has_key BOOLEAN NOT NULL,
    PRIMARY KEY (region, unit_id),
    FOREIGN KEY (region, unit_id) REFERENCES emergency_unit (region, id) ON DELETE CASCADE
);

-- An agency's own words for what its units do, each meaning one of the states that all share.
CREATE TABLE emergency_word (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    word TEXT NOT NULL,
    status TEXT NOT NULL,
    PRIMARY KEY (region, id)
);
CREATE UNIQUE INDEX emergency_word_once ON emergency_word (region, agency_id, word);

-- A type as it was before it was changed.
CREATE TABLE emergency_type_version (
    region INTEGER NOT NULL,
    code TEXT NOT NULL,
    version BIGINT NOT NULL,
    at BIGINT NOT NULL,
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (region, code, version)
);

-- Bodies that an incident is handed over to, and whom to call: services of the regency, partners, neighbours.
CREATE TABLE emergency_contact (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    phone TEXT NOT NULL,
    note TEXT NOT NULL,
    place BIGINT NOT NULL,
    is_active BOOLEAN NOT NULL,
    PRIMARY KEY (region, id)
);
CREATE UNIQUE INDEX emergency_contact_once ON emergency_contact (region, kind, name);

-- Handed over at, received by, at.
CREATE TABLE emergency_handover (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    incident_id UUID NOT NULL,
    contact_id UUID NOT NULL,
    forwarded_at BIGINT NOT NULL,
    forwarded_by TEXT NOT NULL,
    received_by TEXT,
    received_at BIGINT,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, incident_id) REFERENCES emergency_incident (region, id) ON DELETE CASCADE
);
CREATE INDEX emergency_handover_by_incident ON emergency_handover (region, incident_id, id);
CREATE INDEX emergency_handover_open ON emergency_handover (region, id) WHERE received_at IS NULL;

-- Which way a line of the log came, and from which unit.
CREATE TABLE emergency_note_way (
    region INTEGER NOT NULL,
    note_id UUID NOT NULL,
    incident_id UUID NOT NULL,
    way TEXT NOT NULL,
    unit_id UUID,
    PRIMARY KEY (region, note_id),
    FOREIGN KEY (region, incident_id) REFERENCES emergency_incident (region, id) ON DELETE CASCADE
);
CREATE INDEX emergency_note_way_by_incident ON emergency_note_way (region, incident_id, note_id);

CREATE TABLE emergency_photo (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    incident_id UUID NOT NULL,
    unit_id UUID NOT NULL,
    at BIGINT NOT NULL,
    large {{BYTES}} NOT NULL,
    medium {{BYTES}} NOT NULL,
    small {{BYTES}} NOT NULL,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, incident_id) REFERENCES emergency_incident (region, id) ON DELETE CASCADE
);
CREATE INDEX emergency_photo_by_incident ON emergency_photo (region, incident_id, id);
CREATE INDEX emergency_photo_by_large ON emergency_photo (region, large);
CREATE INDEX emergency_photo_by_medium ON emergency_photo (region, medium);
CREATE INDEX emergency_photo_by_small ON emergency_photo (region, small);

-- What a unit reports when it has cleared: an incident is closed with it.
CREATE TABLE emergency_unit_report (
    region INTEGER NOT NULL,
    dispatch_id UUID NOT NULL,
    incident_id UUID NOT NULL,
    at BIGINT NOT NULL,
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (region, dispatch_id),
    FOREIGN KEY (region, incident_id) REFERENCES emergency_incident (region, id) ON DELETE CASCADE
);
CREATE INDEX emergency_unit_report_by_incident ON emergency_unit_report (region, incident_id, dispatch_id);

-- Who confirmed that it is so. It never holds anybody up.
CREATE TABLE emergency_verification (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    incident_id UUID NOT NULL,
    at BIGINT NOT NULL,
    author TEXT NOT NULL,
    way TEXT NOT NULL,
    finding TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, incident_id) REFERENCES emergency_incident (region, id) ON DELETE CASCADE
);
CREATE INDEX emergency_verification_by_incident ON emergency_verification (region, incident_id, id);

-- The quick report (laporan cepat) to the leaders, as it was sent.
CREATE TABLE emergency_quick_report (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    incident_id UUID NOT NULL,
    at BIGINT NOT NULL,
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    told_count BIGINT NOT NULL,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, incident_id) REFERENCES emergency_incident (region, id) ON DELETE CASCADE
);
CREATE INDEX emergency_quick_report_by_incident ON emergency_quick_report (region, incident_id, id);

-- The steps of a disaster. The decree of the Bupati is apart from the COC's own stage.
CREATE TABLE emergency_disaster (
    region INTEGER NOT NULL,
    incident_id UUID NOT NULL,
    assessed_at BIGINT,
    post_at BIGINT,
    post_place TEXT NOT NULL,
    decree_number TEXT NOT NULL,
    decree_from BIGINT,
    decree_until BIGINT,
    fund_at BIGINT,
    fund_rupiah BIGINT,
    PRIMARY KEY (region, incident_id),
    FOREIGN KEY (region, incident_id) REFERENCES emergency_incident (region, id) ON DELETE CASCADE
);

-- Who is on duty when (jadwal piket).
CREATE TABLE emergency_duty (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    officer_id UUID NOT NULL,
    begins_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    part TEXT NOT NULL,
    PRIMARY KEY (region, id)
);
CREATE INDEX emergency_duty_by_time ON emergency_duty (region, ends_at, id);

-- What the room keeps in mind from one shift to the next.
CREATE TABLE emergency_standing_note (
    region INTEGER NOT NULL,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    author TEXT NOT NULL,
    PRIMARY KEY (region)
);

-- A shift handed over by one officer and accepted by the next.
CREATE TABLE emergency_shift (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    begins_at BIGINT NOT NULL,
    handed_at BIGINT NOT NULL,
    handed_by UUID NOT NULL,
    body TEXT NOT NULL,
    accepted_at BIGINT,
    accepted_by UUID,
    PRIMARY KEY (region, id)
);
CREATE INDEX emergency_shift_by_time ON emergency_shift (region, handed_at, id);
CREATE INDEX emergency_shift_open ON emergency_shift (region, id) WHERE accepted_at IS NULL;

CREATE TABLE emergency_shift_item (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    shift_id UUID NOT NULL,
    kind TEXT NOT NULL,
    about UUID,
    body TEXT NOT NULL,
    accepted_at BIGINT,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, shift_id) REFERENCES emergency_shift (region, id) ON DELETE CASCADE
);
CREATE INDEX emergency_shift_item_by_shift ON emergency_shift_item (region, shift_id, id);
CREATE INDEX emergency_dispatch_by_unit ON emergency_dispatch (region, unit_id, assigned_at, id);
