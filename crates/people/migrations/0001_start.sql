-- Regions stand in the shared database (region 0); everything else stands in the region that it belongs to.
CREATE TABLE region_profile (
    region INTEGER NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    zone TEXT NOT NULL,
    prefix TEXT NOT NULL,
    host TEXT,
    demo BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    settings TEXT NOT NULL,
    PRIMARY KEY (region, id),
    UNIQUE (region, prefix),
    UNIQUE (region, host)
);

-- Counts up with every change that the directory's snapshot shows, so that a server sees another's change at once;
-- boundaries apart, since reading them takes longest.
CREATE TABLE people_version (
    region INTEGER NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    boundaries BIGINT NOT NULL
);

CREATE TABLE district (
    region INTEGER NOT NULL,
    code BIGINT NOT NULL,
    name TEXT NOT NULL,
    bps TEXT,
    label_lat_e7 BIGINT,
    label_lon_e7 BIGINT,
    PRIMARY KEY (region, code)
);

CREATE TABLE village (
    region INTEGER NOT NULL,
    code BIGINT NOT NULL,
    district BIGINT NOT NULL,
    name TEXT NOT NULL,
    bps TEXT,
    label_lat_e7 BIGINT,
    label_lon_e7 BIGINT,
    PRIMARY KEY (region, code),
    FOREIGN KEY (region, district) REFERENCES district (region, code)
);

CREATE TABLE boundary (
    region INTEGER NOT NULL,
    code BIGINT NOT NULL,
    level TEXT NOT NULL,
    geometry TEXT NOT NULL,
    imported_at BIGINT NOT NULL,
    PRIMARY KEY (region, code)
);

CREATE TABLE calendar_hours (
    region INTEGER NOT NULL PRIMARY KEY,
    zone TEXT NOT NULL,
    work_days BIGINT NOT NULL,
    open_minute BIGINT NOT NULL,
    close_minute BIGINT NOT NULL
);

-- What the region's calendar says otherwise than the national one: a day off more, or one less.
CREATE TABLE calendar_day (
    region INTEGER NOT NULL,
    date TEXT NOT NULL,
    is_off BOOLEAN NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (region, date)
);

CREATE TABLE agency (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    short TEXT NOT NULL,
    short_key TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    outside BOOLEAN NOT NULL,
    parent UUID,
    district BIGINT,
    duties TEXT NOT NULL,
    contact TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    PRIMARY KEY (region, id),
    UNIQUE (region, short_key)
);

CREATE TABLE officer (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    email TEXT,
    nip TEXT,
    phone TEXT,
    active BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    signed_in_at BIGINT,
    erased_at BIGINT,
    PRIMARY KEY (region, id),
    UNIQUE (region, email),
    UNIQUE (region, nip),
    UNIQUE (region, phone)
);

-- Apart from the officer, so that no list of officers carries a secret along.
CREATE TABLE officer_secret (
    region INTEGER NOT NULL,
    officer UUID NOT NULL,
    password_hash TEXT,
    must_change BOOLEAN NOT NULL,
    totp_secret {{BYTES}},
    totp_pending {{BYTES}},
    totp_step BIGINT NOT NULL,
    PRIMARY KEY (region, officer),
    FOREIGN KEY (region, officer) REFERENCES officer (region, id)
);

CREATE TABLE officer_recovery (
    region INTEGER NOT NULL,
    officer UUID NOT NULL,
    code_hash {{BYTES}} NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (region, officer, code_hash)
);

-- The nil id as agency stands for the whole region, since a key has no missing part.
CREATE TABLE officer_grant (
    region INTEGER NOT NULL,
    officer UUID NOT NULL,
    role TEXT NOT NULL,
    agency UUID NOT NULL,
    PRIMARY KEY (region, officer, role, agency),
    FOREIGN KEY (region, officer) REFERENCES officer (region, id)
);

CREATE TABLE session (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    token_hash {{BYTES}} NOT NULL,
    officer UUID NOT NULL,
    stage TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    ended_at BIGINT,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    PRIMARY KEY (region, id),
    UNIQUE (region, token_hash)
);

CREATE INDEX session_officer ON session (region, officer, id);
CREATE INDEX session_ends ON session (region, ends_at);

CREATE TABLE sign_in_failure (
    region INTEGER NOT NULL,
    counter TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (region, counter)
);

CREATE INDEX sign_in_failure_at ON sign_in_failure (region, last_at);

CREATE TABLE one_time_link (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    token_hash {{BYTES}} NOT NULL,
    purpose TEXT NOT NULL,
    officer UUID,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (region, id),
    UNIQUE (region, token_hash)
);

CREATE TABLE api_key (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    key_hash {{BYTES}} NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    agency UUID,
    per_minute BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    used_at BIGINT,
    revoked_at BIGINT,
    PRIMARY KEY (region, id),
    UNIQUE (region, key_hash)
);

CREATE TABLE display_token (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    token_hash {{BYTES}} NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    revoked_at BIGINT,
    PRIMARY KEY (region, id),
    UNIQUE (region, token_hash)
);

-- Who looked at a person's data (UU 27/2022, article 31: records of processing).
CREATE TABLE access_log (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    officer UUID,
    subject_kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    what TEXT NOT NULL,
    PRIMARY KEY (region, id)
);

CREATE INDEX access_log_subject ON access_log (region, subject_id, id);
CREATE INDEX access_log_at ON access_log (region, at);
