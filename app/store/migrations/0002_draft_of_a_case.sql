-- A draft's pages are kept as long as the draft is: it says whose they are. Empty before an item was chosen.
ALTER TABLE draft ADD COLUMN case_id TEXT NOT NULL DEFAULT '';

-- Until now every word about the office was kept; now only those of cases that this clerk has to do with.
DELETE FROM mirror WHERE case_id NOT IN (SELECT case_id FROM outbox) AND status <> 'returned';
