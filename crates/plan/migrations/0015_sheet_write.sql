-- What the workbook of a period wrote last into a report, by whom, and from which version the workbook was made:
-- whoever goes on writing in the same file writes over nobody but himself.
CREATE TABLE plan_sheet_write (
    region INTEGER NOT NULL,
    progress_id UUID NOT NULL,
    made_from BIGINT NOT NULL,
    version BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    PRIMARY KEY (region, progress_id),
    FOREIGN KEY (region, progress_id) REFERENCES plan_progress (region, id) ON DELETE CASCADE
);
