-- What the system itself counted for an indicator when a report was handed in: the value of that period, with what it
-- rests on. A figure that counted nothing has no amount.
CREATE TABLE plan_live_value (
    region INTEGER NOT NULL,
    progress_id UUID NOT NULL,
    indicator_id UUID NOT NULL,
    figure TEXT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    amount BIGINT,
    cases BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (region, progress_id, indicator_id),
    FOREIGN KEY (region, progress_id) REFERENCES plan_progress (region, id) ON DELETE CASCADE,
    FOREIGN KEY (region, indicator_id) REFERENCES plan_indicator (region, id) ON DELETE CASCADE
);
