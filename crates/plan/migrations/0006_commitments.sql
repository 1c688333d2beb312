-- What an agency or a partner has promised. A changed text is a new edition, which needs new signatures. The token
-- stands in an address that is shown as QR: whoever has it sees whether a paper is the signed one.
CREATE TABLE plan_commitment (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    year BIGINT NOT NULL,
    serial BIGINT NOT NULL,
    title TEXT NOT NULL,
    agency_id UUID,
    party TEXT NOT NULL,
    promise TEXT NOT NULL,
    amount BIGINT,
    due_at BIGINT NOT NULL,
    document TEXT NOT NULL,
    document_number TEXT NOT NULL,
    from_day TEXT NOT NULL,
    until_day TEXT NOT NULL,
    programme_id UUID,
    edition BIGINT NOT NULL,
    state TEXT NOT NULL,
    late_at BIGINT,
    met_at BIGINT,
    closing TEXT NOT NULL,
    token TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (region, id),
    UNIQUE (region, year, serial),
    UNIQUE (region, token)
);
CREATE INDEX plan_commitment_by_due ON plan_commitment (region, state, due_at, id);
CREATE INDEX plan_commitment_by_agency ON plan_commitment (region, agency_id, due_at, id);

-- Every text that was ever to be signed, with the digest that the signatures stand under.
CREATE TABLE plan_commitment_edition (
    region INTEGER NOT NULL,
    commitment_id UUID NOT NULL,
    edition BIGINT NOT NULL,
    at BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    promise TEXT NOT NULL,
    digest {{BYTES}} NOT NULL,
    PRIMARY KEY (region, commitment_id, edition),
    FOREIGN KEY (region, commitment_id) REFERENCES plan_commitment (region, id) ON DELETE CASCADE
);

CREATE TABLE plan_signature (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    commitment_id UUID NOT NULL,
    edition BIGINT NOT NULL,
    at BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    name TEXT NOT NULL,
    post TEXT NOT NULL,
    organisation TEXT NOT NULL,
    of_party BOOLEAN NOT NULL,
    way TEXT NOT NULL,
    scan TEXT NOT NULL,
    digest {{BYTES}} NOT NULL,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, commitment_id) REFERENCES plan_commitment (region, id) ON DELETE CASCADE
);
CREATE INDEX plan_signature_by_commitment ON plan_signature (region, commitment_id, at, id);

CREATE TABLE plan_commitment_word (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    commitment_id UUID NOT NULL,
    at BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    what TEXT NOT NULL,
    body TEXT NOT NULL,
    amount BIGINT,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, commitment_id) REFERENCES plan_commitment (region, id) ON DELETE CASCADE
);
CREATE INDEX plan_commitment_word_by_time ON plan_commitment_word (region, commitment_id, at, id);
