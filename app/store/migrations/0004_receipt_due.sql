-- Cases whose receipt nobody has printed: offered when its number comes after the applicant has left.
CREATE TABLE receipt_due (number INTEGER PRIMARY KEY, case_id TEXT NOT NULL UNIQUE) STRICT;
