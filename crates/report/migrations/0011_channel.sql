-- A report that an officer entered for a citizen: when it was said, and what it is known by elsewhere (the number of a
-- letter, the address of a post). Who entered it stands in the journal.
CREATE TABLE report_filed (
    region INTEGER NOT NULL,
    report_id UUID NOT NULL,
    officer_id UUID,
    said_at BIGINT NOT NULL,
    reference TEXT,
    PRIMARY KEY (region, report_id),
    FOREIGN KEY (region, report_id) REFERENCES report (region, id) ON DELETE CASCADE
);

-- The number under which SP4N-LAPOR! knows a report that came to us by another way.
CREATE TABLE report_sp4n (
    region INTEGER NOT NULL,
    report_id UUID NOT NULL,
    sp4n_id TEXT NOT NULL,
    PRIMARY KEY (region, report_id),
    UNIQUE (region, sp4n_id),
    FOREIGN KEY (region, report_id) REFERENCES report (region, id) ON DELETE CASCADE
);

-- What the citizen wrote before an officer edited it, for officers with the right to see it.
CREATE TABLE report_original (
    region INTEGER NOT NULL,
    report_id UUID NOT NULL,
    body TEXT NOT NULL,
    edited_at BIGINT NOT NULL,
    PRIMARY KEY (region, report_id),
    FOREIGN KEY (region, report_id) REFERENCES report (region, id) ON DELETE CASCADE
);

-- A photo as it was before boxes were put over faces. The report's photo names the new files; these are kept for a term
-- for those who may see them, then removed.
CREATE TABLE report_redaction (
    region INTEGER NOT NULL,
    report_id UUID NOT NULL,
    digest {{BYTES}} NOT NULL,
    medium {{BYTES}} NOT NULL,
    small {{BYTES}} NOT NULL,
    redacted {{BYTES}} NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (region, report_id, digest),
    FOREIGN KEY (region, report_id) REFERENCES report (region, id) ON DELETE CASCADE
);
CREATE INDEX report_redaction_by_digest ON report_redaction (region, digest);
CREATE INDEX report_redaction_by_medium ON report_redaction (region, medium);
CREATE INDEX report_redaction_by_small ON report_redaction (region, small);
CREATE INDEX report_redaction_by_redacted ON report_redaction (region, redacted);
CREATE INDEX report_redaction_by_time ON report_redaction (region, made_at);

-- Who may not send reports until when. The sender is a keyed hash, so that the list tells nobody's number.
CREATE TABLE report_ban (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    hash {{BYTES}} NOT NULL,
    reason TEXT NOT NULL,
    officer_id UUID,
    report_id UUID,
    from_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    lifted_at BIGINT,
    PRIMARY KEY (region, id)
);
CREATE INDEX report_ban_by_hash ON report_ban (region, hash, until_at);
CREATE INDEX report_ban_by_time ON report_ban (region, until_at);

-- The key of those hashes, made when the first sender is noted.
CREATE TABLE report_ban_key (
    region INTEGER NOT NULL,
    secret {{BYTES}} NOT NULL,
    PRIMARY KEY (region)
);

-- From which browser, or with which program's key, a report came: keyed hashes, kept for as long as a ban may follow.
-- Of a secret report nothing is kept.
CREATE TABLE report_sender (
    region INTEGER NOT NULL,
    report_id UUID NOT NULL,
    kind TEXT NOT NULL,
    hash {{BYTES}} NOT NULL,
    sent_at BIGINT NOT NULL,
    PRIMARY KEY (region, report_id, kind),
    FOREIGN KEY (region, report_id) REFERENCES report (region, id) ON DELETE CASCADE
);
CREATE INDEX report_sender_by_time ON report_sender (region, sent_at);
