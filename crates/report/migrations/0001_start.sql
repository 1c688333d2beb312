-- A citizen's report. Its id is a UUIDv7 of the moment it was reported, so that the order of ids is the order of
-- time and every list pages by id. `due_at` is the moment that counts now (verify, answer, resolve or the citizen's
-- ten days); it is NULL where nobody owes anything. Free text stands here and never in the journal.
CREATE TABLE report (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    number TEXT NOT NULL,
    token_hash {{BYTES}} NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    status TEXT NOT NULL,
    is_open BOOLEAN NOT NULL,
    is_public BOOLEAN NOT NULL,
    is_secret BOOLEAN NOT NULL,
    is_hidden BOOLEAN NOT NULL DEFAULT FALSE,
    reporter_mode TEXT NOT NULL,
    class TEXT NOT NULL,
    needs_inspection BOOLEAN NOT NULL DEFAULT FALSE,
    category TEXT NOT NULL,
    agency_id UUID,
    officer_id UUID,
    district BIGINT,
    village BIGINT,
    lat_e7 INTEGER,
    lon_e7 INTEGER,
    cell BIGINT,
    accuracy_m BIGINT,
    landmark TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL,
    attributes TEXT,
    source TEXT NOT NULL,
    foreign_id TEXT,
    media_url TEXT,
    photo_count BIGINT NOT NULL DEFAULT 0,
    reported_at BIGINT NOT NULL,
    verified_at BIGINT,
    assigned_at BIGINT,
    started_at BIGINT,
    answered_at BIGINT,
    resolved_at BIGINT,
    closed_at BIGINT,
    updated_at BIGINT NOT NULL,
    verify_due BIGINT NOT NULL,
    answer_due BIGINT NOT NULL,
    resolve_due BIGINT NOT NULL,
    due_at BIGINT,
    level BIGINT NOT NULL DEFAULT 0,
    reason_code TEXT,
    reason_text TEXT,
    body_name TEXT,
    merged_into UUID,
    planned_year BIGINT,
    answer TEXT,
    reopened_count BIGINT NOT NULL DEFAULT 0,
    follower_count BIGINT NOT NULL DEFAULT 0,
    confirmed BOOLEAN,
    previous_id UUID,
    PRIMARY KEY (region, id),
    UNIQUE (region, number)
);
CREATE UNIQUE INDEX report_by_foreign ON report (region, source, foreign_id) WHERE foreign_id IS NOT NULL;
CREATE INDEX report_by_agency_due ON report (region, agency_id, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX report_by_due ON report (region, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX report_by_agency_status ON report (region, agency_id, status, id);
CREATE INDEX report_by_status ON report (region, status, id);
CREATE INDEX report_by_district ON report (region, district, id);
CREATE INDEX report_by_category ON report (region, category, id);
CREATE INDEX report_by_updated ON report (region, updated_at, id);
-- Covers what a map tile shows, so that no row of the table is touched.
CREATE INDEX report_by_place ON report (region, cell, lat_e7, lon_e7, status, category, district, id)
    WHERE is_public AND cell IS NOT NULL;

-- Who reported, apart from what was reported: personal data, erased alone.
CREATE TABLE report_contact (
    region INTEGER NOT NULL,
    report_id UUID NOT NULL,
    name TEXT,
    phone TEXT,
    email TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (region, report_id),
    FOREIGN KEY (region, report_id) REFERENCES report (region, id) ON DELETE CASCADE
);
CREATE INDEX report_contact_by_phone ON report_contact (region, phone) WHERE phone IS NOT NULL;
CREATE INDEX report_contact_by_email ON report_contact (region, email) WHERE email IS NOT NULL;

-- What happened to a report after it came in, with the words that were said. Its id is a UUIDv7 of `at`.
CREATE TABLE report_event (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    report_id UUID NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    officer_id UUID,
    is_public BOOLEAN NOT NULL,
    note TEXT,
    detail TEXT,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, report_id) REFERENCES report (region, id) ON DELETE CASCADE
);
CREATE INDEX report_event_by_report ON report_event (region, report_id, id);

-- A photo by the SHA-256 of its largest size; the files lie in the file store.
CREATE TABLE report_photo (
    region INTEGER NOT NULL,
    report_id UUID NOT NULL,
    digest {{BYTES}} NOT NULL,
    medium {{BYTES}} NOT NULL,
    small {{BYTES}} NOT NULL,
    event_id UUID,
    purpose TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (region, report_id, ordinal, digest),
    FOREIGN KEY (region, report_id) REFERENCES report (region, id) ON DELETE CASCADE
);
CREATE INDEX report_photo_by_digest ON report_photo (region, digest);

-- Citizens who said "the same here", with a number only if they want news.
CREATE TABLE report_follower (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    report_id UUID NOT NULL,
    phone TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, report_id) REFERENCES report (region, id) ON DELETE CASCADE
);
CREATE INDEX report_follower_by_report ON report_follower (region, report_id);

-- What a report is about: it names the agency that answers and the deadlines, with the source of each rule.
CREATE TABLE category (
    region INTEGER NOT NULL,
    code TEXT NOT NULL,
    name_id TEXT NOT NULL,
    name_en TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    keywords TEXT NOT NULL DEFAULT '',
    tile TEXT NOT NULL,
    icon TEXT NOT NULL,
    agency_id UUID,
    class TEXT NOT NULL,
    verify_count BIGINT NOT NULL,
    verify_unit TEXT NOT NULL,
    answer_count BIGINT NOT NULL,
    answer_unit TEXT NOT NULL,
    resolve_count BIGINT NOT NULL,
    resolve_unit TEXT NOT NULL,
    span_source TEXT NOT NULL,
    is_emergency BOOLEAN NOT NULL,
    is_secret BOOLEAN NOT NULL,
    is_active BOOLEAN NOT NULL,
    position BIGINT NOT NULL,
    questions TEXT,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (region, code)
);

-- Why a report may be turned down, in the words that the citizen reads.
CREATE TABLE report_reason (
    region INTEGER NOT NULL,
    code TEXT NOT NULL,
    text_id TEXT NOT NULL,
    text_en TEXT NOT NULL,
    is_active BOOLEAN NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (region, code)
);

-- One row: SHA-256 over all categories and reasons, so that a cache of them knows when it is old.
CREATE TABLE report_setting (
    region INTEGER NOT NULL,
    stamp {{BYTES}} NOT NULL,
    PRIMARY KEY (region)
);

-- A form that is not sent yet, by the id that the citizen's browser holds. Lives 24 hours.
CREATE TABLE report_draft (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    body TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (region, id)
);
CREATE INDEX report_draft_by_time ON report_draft (region, updated_at);
