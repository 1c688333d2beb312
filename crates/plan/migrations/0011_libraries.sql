-- Lists of indicators that others have written, from which a programme's are chosen. A region brings in the lists that
-- it may use; Simpul ships none.
CREATE TABLE plan_library (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (region, id),
    UNIQUE (region, name)
);

CREATE TABLE plan_library_indicator (
    region INTEGER NOT NULL,
    library_id UUID NOT NULL,
    code TEXT NOT NULL,
    place BIGINT NOT NULL,
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    direction TEXT NOT NULL,
    dimension TEXT NOT NULL,
    PRIMARY KEY (region, library_id, code),
    FOREIGN KEY (region, library_id) REFERENCES plan_library (region, id) ON DELETE CASCADE
);
