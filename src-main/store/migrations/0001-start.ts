/** The first schema: datasets with their label rule, samples as coded, imports, runs, digests of source files. */
export const SQL = `
CREATE TABLE datasets (
  id TEXT PRIMARY KEY,
  rule TEXT NOT NULL,
  source TEXT NOT NULL,
  document TEXT NOT NULL,
  imported TEXT NOT NULL
) STRICT;

CREATE TABLE samples (
  id INTEGER PRIMARY KEY,
  dataset TEXT NOT NULL REFERENCES datasets (id),
  subject TEXT NOT NULL,
  clip TEXT NOT NULL,
  emotion TEXT,
  label TEXT,
  aus TEXT,
  onset INTEGER,
  apex INTEGER,
  "offset" INTEGER,
  apex_source TEXT,
  fps REAL,
  framing TEXT NOT NULL,
  frames TEXT,
  video TEXT,
  onset_image TEXT,
  apex_image TEXT,
  flow_image TEXT,
  openface_csv TEXT,
  status TEXT NOT NULL,
  doubts TEXT NOT NULL,
  notes TEXT NOT NULL,
  originals TEXT NOT NULL,
  source_table TEXT,
  source_row INTEGER,
  UNIQUE (dataset, subject, clip)
) STRICT;

CREATE TABLE imports (
  id INTEGER PRIMARY KEY,
  dataset TEXT NOT NULL REFERENCES datasets (id),
  source TEXT NOT NULL,
  document TEXT NOT NULL,
  imported TEXT NOT NULL
) STRICT;

CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  config TEXT NOT NULL,
  state TEXT NOT NULL,
  created TEXT NOT NULL,
  jobs TEXT NOT NULL,
  document TEXT
) STRICT;

CREATE TABLE file_digests (
  path TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  mtime_ns TEXT NOT NULL,
  digest TEXT NOT NULL
) STRICT;
`;
