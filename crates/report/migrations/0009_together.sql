-- Disposisi: one step down inside an agency. `orders` holds codes of the usual instructions, parted by spaces;
-- `instruction` is the giver's own words. A step is open until the one who has it says that it is done.
CREATE TABLE report_disposition (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    report_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    from_officer UUID,
    to_officer UUID NOT NULL,
    orders TEXT NOT NULL,
    instruction TEXT,
    due_at BIGINT,
    given_at BIGINT NOT NULL,
    done_at BIGINT,
    done_note TEXT,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, report_id) REFERENCES report (region, id) ON DELETE CASCADE
);
CREATE INDEX report_disposition_by_report ON report_disposition (region, report_id, id);
CREATE INDEX report_disposition_open ON report_disposition (region, to_officer, id) WHERE done_at IS NULL;

-- The number under which a report stands in an agency's book of incoming papers (nomor agenda).
CREATE TABLE report_agenda (
    region INTEGER NOT NULL,
    report_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    number TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (region, report_id, agency_id),
    FOREIGN KEY (region, report_id) REFERENCES report (region, id) ON DELETE CASCADE
);

-- An agency that helps the one that leads. Its deadline never lies beyond the citizen's; it never ends the report.
CREATE TABLE report_support (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    report_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    stage TEXT NOT NULL,
    instruction TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    is_late BOOLEAN NOT NULL DEFAULT FALSE,
    level BIGINT NOT NULL DEFAULT 0,
    asked_by UUID,
    asked_at BIGINT NOT NULL,
    accepted_at BIGINT,
    ended_at BIGINT,
    note TEXT,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, report_id) REFERENCES report (region, id) ON DELETE CASCADE
);
CREATE INDEX report_support_by_report ON report_support (region, report_id, id);
CREATE UNIQUE INDEX report_support_once ON report_support (region, report_id, agency_id)
    WHERE stage IN ('asked', 'accepted');
CREATE INDEX report_support_open ON report_support (region, agency_id, due_at, id)
    WHERE stage IN ('asked', 'accepted');

-- A field check: the letter that sends officers out (surat tugas), and what they write down there (berita acara). Days
-- are instants of local midnight. A number is compared by its key, and stands once in an agency's year. What stands
-- between `attendees` and `lon_e7` may tell of the reporter and is erased with them.
CREATE TABLE report_inspection (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    report_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    year BIGINT NOT NULL,
    letter_number TEXT,
    letter_key TEXT,
    letter_at BIGINT NOT NULL,
    from_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    purpose TEXT NOT NULL,
    officer_ids TEXT NOT NULL,
    others TEXT,
    signer_name TEXT,
    signer_nip TEXT,
    signer_title TEXT,
    ordered_by UUID,
    ordered_at BIGINT NOT NULL,
    checked_at BIGINT,
    protocol_number TEXT,
    protocol_key TEXT,
    findings TEXT,
    attendees TEXT,
    place TEXT,
    lat_e7 INTEGER,
    lon_e7 INTEGER,
    event_id UUID,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, report_id) REFERENCES report (region, id) ON DELETE CASCADE
);
CREATE INDEX report_inspection_by_report ON report_inspection (region, report_id, id);
CREATE UNIQUE INDEX report_inspection_letter ON report_inspection (region, agency_id, year, letter_key)
    WHERE letter_key IS NOT NULL;
CREATE UNIQUE INDEX report_inspection_protocol ON report_inspection (region, agency_id, year, protocol_key)
    WHERE protocol_key IS NOT NULL;

-- What the district's office saw on site, whoever leads. The words stand in the event.
CREATE TABLE report_site_check (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    report_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    officer_id UUID,
    verdict TEXT NOT NULL,
    checked_at BIGINT NOT NULL,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, report_id) REFERENCES report (region, id) ON DELETE CASCADE
);
CREATE INDEX report_site_check_by_report ON report_site_check (region, report_id, checked_at);
-- What may wait for a look of the district's office.
CREATE INDEX report_on_site ON report (region, district, id)
    WHERE status IN ('new', 'verified', 'assigned', 'in_progress', 'resolved');
