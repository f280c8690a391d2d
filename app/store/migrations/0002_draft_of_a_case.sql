-- A draft's pages are kept as long as the draft is: it says whose they are. Empty before an item was chosen.
ALTER TABLE draft ADD COLUMN case_id TEXT NOT NULL DEFAULT '';
