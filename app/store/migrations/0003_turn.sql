-- How many changes this store has had. The mark beside the database says the same, so that one that lost some is known.
CREATE TABLE turn (number INTEGER NOT NULL) STRICT;
INSERT INTO turn (number) VALUES (0);
