"""The schemas: one says what serves, and each segment of a generation has its own.

    qa.current          the generation that serves; one row, changed in one step
    qa.generation       name, manifest, and the schemas of base and delta
    qa_gen_5d1c9a02…    a segment, named by a digest of its files; never written to again: the
                        tables of `qa.engines.far.tables`, and an HNSW index of many vectors

Each of these tables is found by its primary key alone, so each can be distributed by that key.
A function `qa.prepare(text)`, if there is one, is given the name of a new schema before rows are
loaded: with Citus it distributes the tables (see `docs/engines.md`).
"""

from typing import Any

import psycopg
from psycopg import sql

from qa.engines.postgresql.server import within

CONTROL = """
CREATE EXTENSION IF NOT EXISTS vector;
CREATE SCHEMA IF NOT EXISTS qa;
CREATE TABLE IF NOT EXISTS qa.generation (
    name text PRIMARY KEY, manifest bytea NOT NULL, base text NOT NULL, delta text,
    published timestamptz NOT NULL DEFAULT now(), replaced timestamptz
);
CREATE TABLE IF NOT EXISTS qa.current (
    one boolean PRIMARY KEY DEFAULT true CHECK (one), name text NOT NULL
);
"""
# Rows of up to a page stay in the table: numbers do not shrink, and a second look costs time.
_SEGMENT = """
CREATE SCHEMA {s};
CREATE TABLE {s}.files (number bigint PRIMARY KEY, name bytea, data bytea);
CREATE TABLE {s}.vectors (row int PRIMARY KEY, vec {kind}({dimension}));
CREATE TABLE {s}.pieces (start bigint PRIMARY KEY, sentences bytea, vectors bytea)
    WITH (toast_tuple_target = 8160);
CREATE TABLE {s}.release_terms (term bigint PRIMARY KEY, rows bytea, scores bytea);
CREATE TABLE {s}.paragraph_terms (term bigint PRIMARY KEY, rows bytea, scores bytea);
CREATE TABLE {s}.releases (row bigint PRIMARY KEY, facts bytea, text bytea);
CREATE TABLE {s}.paragraphs (row bigint PRIMARY KEY, facts bytea, text bytea);
ALTER TABLE {s}.files ALTER data SET STORAGE EXTERNAL;
ALTER TABLE {s}.pieces ALTER sentences SET STORAGE EXTERNAL, ALTER vectors SET STORAGE EXTERNAL;
ALTER TABLE {s}.release_terms ALTER rows SET STORAGE EXTERNAL, ALTER scores SET STORAGE EXTERNAL;
ALTER TABLE {s}.paragraph_terms ALTER rows SET STORAGE EXTERNAL, ALTER scores SET STORAGE EXTERNAL;
"""
# Only looked for when it is run, so that it need not be there.
_PREPARE = """
DO $$ BEGIN
    IF to_regprocedure('qa.prepare(text)') IS NOT NULL THEN PERFORM qa.prepare({schema}); END IF;
END $$
"""


def create_segment(
    connection: psycopg.Connection[Any], schema: str, kind: str, dimension: int
) -> None:
    """Make the tables of a segment, in the transaction that is open.

    Args:
        connection: To a server that takes writes.
        schema: Its name.
        kind: "vector", or "halfvec" for 16 bits a number.
        dimension: Of the vectors.
    """
    connection.execute(
        sql.SQL(_SEGMENT).format(
            s=sql.Identifier(schema), kind=sql.Identifier(kind), dimension=sql.Literal(dimension)
        )
    )
    connection.execute(sql.SQL(_PREPARE).format(schema=sql.Literal(schema)))


def index_vectors(connection: psycopg.Connection[Any], schema: str, kind: str) -> None:
    """Index the vectors of a segment by HNSW, which takes minutes where they are many."""
    connection.execute("SET LOCAL maintenance_work_mem = '1GB'")
    operators = sql.SQL("halfvec_ip_ops" if kind == "halfvec" else "vector_ip_ops")
    statement = sql.SQL(
        "CREATE INDEX ON {s}.vectors USING hnsw (vec {o}) WITH (m = 24, ef_construction = 100)"
    )
    connection.execute(statement.format(s=sql.Identifier(schema), o=operators))


def has_schema(connection: psycopg.Connection[Any], schema: str) -> bool:
    """Tell whether a schema is there, and so whole: it is made and filled in one transaction."""
    found = connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema])
    return found.fetchone() is not None


def drop_schema(connection: psycopg.Connection[Any], schema: str) -> None:
    """Remove a segment."""
    connection.execute(within(schema, "DROP SCHEMA {s} CASCADE"))
