/** What the page keeps: settings by name (JSON), and a person's word on samples, which outlives imports. */
export const SQL = `
CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE reviews (
  dataset TEXT NOT NULL,
  subject TEXT NOT NULL,
  clip TEXT NOT NULL,
  status TEXT NOT NULL,
  changed TEXT NOT NULL,
  PRIMARY KEY (dataset, subject, clip)
) STRICT;
`;
