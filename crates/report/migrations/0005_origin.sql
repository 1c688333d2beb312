-- What the file said last of an imported report: the digest of its row, the state it gave, and when it had changed
-- there. The same row is known by it, and what was done here since is told from what the file says anew.
CREATE TABLE report_origin (
    region INTEGER NOT NULL,
    report_id UUID NOT NULL,
    digest {{BYTES}} NOT NULL,
    status TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (region, report_id),
    FOREIGN KEY (region, report_id) REFERENCES report (region, id) ON DELETE CASCADE
);
