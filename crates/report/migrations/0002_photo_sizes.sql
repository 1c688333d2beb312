-- Each size of a photo is a file of its own; a sweep of the file store asks for each whether a report names it.
CREATE INDEX report_photo_by_medium ON report_photo (region, medium);
CREATE INDEX report_photo_by_small ON report_photo (region, small);
