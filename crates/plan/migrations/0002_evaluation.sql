-- What a ministry asks, and what it published: both stand under region 0, as they belong to no region of this house.
CREATE TABLE plan_instrument (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (region, id),
    UNIQUE (region, name)
);

-- Weights are hundredths of a point of a hundred.
CREATE TABLE plan_section (
    region INTEGER NOT NULL,
    instrument_id UUID NOT NULL,
    code TEXT NOT NULL,
    place BIGINT NOT NULL,
    name TEXT NOT NULL,
    note TEXT NOT NULL,
    weight BIGINT NOT NULL,
    PRIMARY KEY (region, instrument_id, code),
    FOREIGN KEY (region, instrument_id) REFERENCES plan_instrument (region, id) ON DELETE CASCADE
);

-- A question is known by section, indicator and code together: codes repeat.
CREATE TABLE plan_question (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    instrument_id UUID NOT NULL,
    place BIGINT NOT NULL,
    section TEXT NOT NULL,
    indicator TEXT NOT NULL,
    code TEXT NOT NULL,
    subindicator TEXT NOT NULL,
    body TEXT NOT NULL,
    answered_by TEXT NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (region, id),
    UNIQUE (region, instrument_id, section, indicator, code),
    FOREIGN KEY (region, instrument_id) REFERENCES plan_instrument (region, id) ON DELETE CASCADE
);

-- A region's published scores of a year. Scores are thousandths; the name is the file's, whether or not the region is
-- one of this house.
CREATE TABLE plan_published (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    instrument_id UUID NOT NULL,
    year BIGINT NOT NULL,
    name_key TEXT NOT NULL,
    name TEXT NOT NULL,
    region_code BIGINT,
    score BIGINT,
    PRIMARY KEY (region, id),
    UNIQUE (region, instrument_id, year, name_key),
    FOREIGN KEY (region, instrument_id) REFERENCES plan_instrument (region, id) ON DELETE CASCADE
);

-- What each section weighed for that region in that year, and its score where one was published.
CREATE TABLE plan_published_section (
    region INTEGER NOT NULL,
    published_id UUID NOT NULL,
    section TEXT NOT NULL,
    place BIGINT NOT NULL,
    weight BIGINT NOT NULL,
    score BIGINT,
    PRIMARY KEY (region, published_id, section),
    FOREIGN KEY (region, published_id) REFERENCES plan_published (region, id) ON DELETE CASCADE
);

CREATE TABLE plan_published_question (
    region INTEGER NOT NULL,
    published_id UUID NOT NULL,
    question_id UUID NOT NULL,
    score BIGINT NOT NULL,
    PRIMARY KEY (region, published_id, question_id),
    FOREIGN KEY (region, published_id) REFERENCES plan_published (region, id) ON DELETE CASCADE,
    FOREIGN KEY (region, question_id) REFERENCES plan_question (region, id) ON DELETE CASCADE
);
