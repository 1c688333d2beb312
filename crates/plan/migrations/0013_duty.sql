-- Who answers for a programme, in which years, and whether it goes on: what holds from a moment on. What a period was
-- owed is read from here, so that what changes today changes no period that is over.
CREATE TABLE plan_duty (
    region INTEGER NOT NULL,
    programme_id UUID NOT NULL,
    since BIGINT NOT NULL,
    agency_id UUID,
    from_year BIGINT NOT NULL,
    to_year BIGINT NOT NULL,
    is_open BOOLEAN NOT NULL,
    PRIMARY KEY (region, programme_id, since),
    FOREIGN KEY (region, programme_id) REFERENCES plan_programme (region, id) ON DELETE CASCADE
);

-- Of a programme that stands already, what is known is when it came and when it was moved last.
INSERT INTO plan_duty (region, programme_id, since, agency_id, from_year, to_year, is_open)
SELECT p.region, p.id, p.created_at, p.agency_id, p.from_year, p.to_year,
    p.state IN ('planned', 'running') OR EXISTS (SELECT 1 FROM plan_change c
        WHERE c.region = p.region AND c.programme_id = p.id AND c.what = 'plan.log.moved' AND c.at > p.created_at)
FROM plan_programme p;

INSERT INTO plan_duty (region, programme_id, since, agency_id, from_year, to_year, is_open)
SELECT p.region, p.id, MAX(c.at), p.agency_id, p.from_year, p.to_year, p.state IN ('planned', 'running')
FROM plan_programme p JOIN plan_change c ON c.region = p.region AND c.programme_id = p.id
WHERE p.state NOT IN ('planned', 'running') AND c.what = 'plan.log.moved' AND c.at > p.created_at
GROUP BY p.region, p.id, p.agency_id, p.from_year, p.to_year, p.state;
