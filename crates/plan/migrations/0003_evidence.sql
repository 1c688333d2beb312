-- A piece of evidence: what it is, whose it is, and what the secretariat says of it. Its files stand as versions.
CREATE TABLE plan_evidence (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    year BIGINT NOT NULL,
    owner TEXT NOT NULL,
    agency_id UUID,
    valid_until TEXT NOT NULL,
    note TEXT NOT NULL,
    state TEXT NOT NULL,
    check_note TEXT NOT NULL,
    checked_by TEXT NOT NULL,
    current_number BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (region, id)
);
CREATE INDEX plan_evidence_by_agency ON plan_evidence (region, agency_id, id);

CREATE TABLE plan_evidence_file (
    region INTEGER NOT NULL,
    evidence_id UUID NOT NULL,
    number BIGINT NOT NULL,
    digest {{BYTES}} NOT NULL,
    media TEXT NOT NULL,
    file_name TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    at BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    PRIMARY KEY (region, evidence_id, number),
    FOREIGN KEY (region, evidence_id) REFERENCES plan_evidence (region, id) ON DELETE CASCADE
);
CREATE INDEX plan_evidence_file_by_digest ON plan_evidence_file (region, digest);

-- One document proves many things, and one thing is proven by many documents.
CREATE TABLE plan_claim (
    region INTEGER NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    evidence_id UUID NOT NULL,
    at BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    PRIMARY KEY (region, subject_kind, subject_id, evidence_id),
    FOREIGN KEY (region, evidence_id) REFERENCES plan_evidence (region, id) ON DELETE CASCADE
);
CREATE INDEX plan_claim_by_evidence ON plan_claim (region, evidence_id);

-- A round of a region: the questions of an instrument as they stood when it was opened, with the weights of that year.
CREATE TABLE plan_round (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    year BIGINT NOT NULL,
    instrument TEXT NOT NULL,
    due_day TEXT NOT NULL,
    state TEXT NOT NULL,
    statement_id UUID,
    approved_by TEXT NOT NULL,
    approved_at BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (region, id)
);

CREATE TABLE plan_round_section (
    region INTEGER NOT NULL,
    round_id UUID NOT NULL,
    code TEXT NOT NULL,
    place BIGINT NOT NULL,
    name TEXT NOT NULL,
    note TEXT NOT NULL,
    weight BIGINT NOT NULL,
    PRIMARY KEY (region, round_id, code),
    FOREIGN KEY (region, round_id) REFERENCES plan_round (region, id) ON DELETE CASCADE
);

CREATE TABLE plan_answer (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    round_id UUID NOT NULL,
    place BIGINT NOT NULL,
    section TEXT NOT NULL,
    indicator TEXT NOT NULL,
    code TEXT NOT NULL,
    subindicator TEXT NOT NULL,
    body TEXT NOT NULL,
    answered_by TEXT NOT NULL,
    evidence TEXT NOT NULL,
    agency_id UUID,
    due_day TEXT NOT NULL,
    effort BIGINT NOT NULL,
    state TEXT NOT NULL,
    score BIGINT,
    note TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (region, id),
    UNIQUE (region, round_id, section, indicator, code),
    FOREIGN KEY (region, round_id) REFERENCES plan_round (region, id) ON DELETE CASCADE
);
CREATE INDEX plan_answer_by_round ON plan_answer (region, round_id, place);
CREATE INDEX plan_answer_by_agency ON plan_answer (region, agency_id, round_id);

-- What was done with an answer, and why it was given back.
CREATE TABLE plan_answer_step (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    answer_id UUID NOT NULL,
    at BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, answer_id) REFERENCES plan_answer (region, id) ON DELETE CASCADE
);
CREATE INDEX plan_answer_step_by_time ON plan_answer_step (region, answer_id, at, id);

-- An assessor's mark, a whole number from 0 to 4.
CREATE TABLE plan_mark (
    region INTEGER NOT NULL,
    answer_id UUID NOT NULL,
    assessor TEXT NOT NULL,
    mark BIGINT NOT NULL,
    note TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (region, answer_id, assessor),
    FOREIGN KEY (region, answer_id) REFERENCES plan_answer (region, id) ON DELETE CASCADE
);
