-- What was said of a piece of evidence before somebody corrected it.
CREATE TABLE plan_evidence_change (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    evidence_id UUID NOT NULL,
    at BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    year BIGINT NOT NULL,
    owner TEXT NOT NULL,
    agency_id UUID,
    valid_until TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, evidence_id) REFERENCES plan_evidence (region, id) ON DELETE CASCADE
);
CREATE INDEX plan_evidence_change_by_time ON plan_evidence_change (region, evidence_id, at, id);
