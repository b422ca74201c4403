"""The tables of the catalog, and the version they carry."""

from __future__ import annotations

SCHEMA_VERSION = 1

# The words of `chunk_words` arrive split, lower-cased and stemmed: the tokenizer `ascii` only cuts at the spaces.
WORDS_TABLE = "CREATE VIRTUAL TABLE chunk_words USING fts5 (words, tokenize = 'ascii')"

# `text` stands last in its tables: SQLite then lists the other columns without reading it.
SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE roots (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('folder', 'file', 'nodes')),
    mount TEXT NOT NULL
) STRICT;

CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    root INTEGER NOT NULL REFERENCES roots (id),
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime INTEGER NOT NULL,
    type TEXT NOT NULL,
    language TEXT NOT NULL,
    pages INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('ok', 'failed', 'excluded')),
    reason TEXT NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (root, path)
) STRICT;
CREATE INDEX documents_path ON documents (path);

CREATE TABLE pages (
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    number INTEGER NOT NULL CHECK (number >= 1),
    start INTEGER NOT NULL CHECK (start >= 0),
    PRIMARY KEY (document, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document INTEGER NOT NULL REFERENCES documents (id),
    start INTEGER NOT NULL CHECK (start >= 0),
    end INTEGER NOT NULL CHECK (end > start),
    digest BLOB NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX chunks_document ON chunks (document, start);
CREATE INDEX chunks_digest ON chunks (digest);

CREATE TABLE vectors (
    chunk INTEGER PRIMARY KEY REFERENCES chunks (id),
    vector BLOB NOT NULL
) STRICT;

{WORDS_TABLE};

CREATE TABLE changes (
    generation INTEGER NOT NULL,
    chunk INTEGER NOT NULL,
    op TEXT NOT NULL CHECK (op IN ('add', 'remove')),
    PRIMARY KEY (generation, chunk, op)
) STRICT, WITHOUT ROWID;

CREATE TABLE nodes (
    chunk INTEGER PRIMARY KEY REFERENCES chunks (id) ON DELETE CASCADE,
    node_id TEXT NOT NULL UNIQUE,
    metadata TEXT NOT NULL
) STRICT;
"""
