-- Who was reminded of a period, and when: each moment speaks to an agency once, whatever happens to the server.
CREATE TABLE plan_reminder (
    region INTEGER NOT NULL,
    period_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    what TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (region, period_id, agency_id, what),
    FOREIGN KEY (region, period_id) REFERENCES plan_period (region, id) ON DELETE CASCADE
);

-- Letters to agencies that have not reported: a number of the year's own sequence, which a letter keeps. What was
-- missing when it was issued stands in it, one programme a line: code, tab, name.
CREATE TABLE plan_notice (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    year BIGINT NOT NULL,
    serial BIGINT NOT NULL,
    number TEXT NOT NULL,
    period_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    missing TEXT NOT NULL,
    at BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    PRIMARY KEY (region, id),
    UNIQUE (region, year, serial),
    UNIQUE (region, period_id, agency_id),
    FOREIGN KEY (region, period_id) REFERENCES plan_period (region, id)
);

-- What such letters look like, how they are numbered, and who signs them.
CREATE TABLE plan_notice_form (
    region INTEGER NOT NULL,
    id BIGINT NOT NULL,
    body TEXT NOT NULL,
    number_form TEXT NOT NULL,
    signer_name TEXT NOT NULL,
    signer_post TEXT NOT NULL,
    signer_rank TEXT NOT NULL,
    signer_nip TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (region, id)
);
