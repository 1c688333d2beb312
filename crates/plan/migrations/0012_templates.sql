-- A regency's own text of a book, in place of the one that Simpul brings.
CREATE TABLE plan_template (
    region INTEGER NOT NULL,
    book TEXT NOT NULL,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (region, book)
);
