-- What an officer looks for again and again: a name and the address of the list. Nothing of a report stands in it.
CREATE TABLE report_filter (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    officer_id UUID NOT NULL,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (region, id),
    UNIQUE (region, officer_id, name)
);

-- A leader's direction on a report: the last one. What was said stands in the report's history.
CREATE TABLE report_direction (
    region INTEGER NOT NULL,
    report_id UUID NOT NULL,
    kind TEXT NOT NULL,
    by_at BIGINT,
    given_at BIGINT NOT NULL,
    PRIMARY KEY (region, report_id),
    FOREIGN KEY (region, report_id) REFERENCES report (region, id) ON DELETE CASCADE
);
