-- What citizens would report in a drill (GLADI). It stands apart from the citizens' own reports, so that no figure, no
-- list, no map and no message can know of it; the inbox shows it, marked, while the drill runs.
CREATE TABLE report_drill (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    number TEXT NOT NULL,
    village BIGINT,
    district BIGINT,
    landmark TEXT NOT NULL,
    lat_e7 BIGINT,
    lon_e7 BIGINT,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (region, id)
);
CREATE INDEX report_drill_open ON report_drill (region, at, id) WHERE ended_at IS NULL;
