-- What the clerk wrote when she parked the visit.
ALTER TABLE draft ADD COLUMN note TEXT NOT NULL DEFAULT '';
