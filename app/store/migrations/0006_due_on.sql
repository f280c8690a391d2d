-- The last day of the limit, as the server's answer says it (ISO 8601); empty where only the feed spoke of the case.
ALTER TABLE mirror ADD COLUMN due_on TEXT NOT NULL DEFAULT '';
