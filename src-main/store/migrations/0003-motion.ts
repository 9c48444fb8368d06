/** Apex spotting: what was found for clips, and which datasets use it for clips whose table gives no apex. How flow was computed. */
export const SQL = `
CREATE TABLE spotted_apexes (
  dataset TEXT NOT NULL,
  subject TEXT NOT NULL,
  clip TEXT NOT NULL,
  onset INTEGER NOT NULL,
  "offset" INTEGER,
  apex INTEGER,
  job TEXT NOT NULL,
  PRIMARY KEY (dataset, subject, clip)
) STRICT;

CREATE TABLE apex_rules (
  dataset TEXT PRIMARY KEY,
  rule TEXT NOT NULL
) STRICT;

CREATE TABLE flow_methods (
  how TEXT PRIMARY KEY,
  used TEXT NOT NULL
) STRICT;
`;
