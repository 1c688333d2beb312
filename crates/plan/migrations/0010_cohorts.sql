-- Which regions the ministry's programme took up in which year. It stands under region 0, as scores do; the name is the
-- file's, whether or not the region is one of this house. A region may be taken up again.
CREATE TABLE plan_cohort_region (
    region INTEGER NOT NULL,
    year BIGINT NOT NULL,
    name_key TEXT NOT NULL,
    name TEXT NOT NULL,
    region_code BIGINT,
    PRIMARY KEY (region, year, name_key)
);
