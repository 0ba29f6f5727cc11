"""Triggers that refuse every change of the past, in the words of SQLite and of PostgreSQL. Names are constants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from alembic import op


def append_only(table: str, key: str = "sequence") -> None:
    """Rows of the table are only ever added; `key` is its primary key, its parts joined by commas."""
    if op.get_context().dialect.name == "postgresql":
        _refuse_on_server(table, f"{table} is append-only")
        return
    for action in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    same = " AND ".join(f"{part} = NEW.{part}" for part in key.split(","))
    # INSERT OR REPLACE deletes without firing the trigger on DELETE.
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608 - constant names
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def refuse_insert_when(table: str, condition: str, problem: str) -> None:
    """No row may be added where the condition over NEW holds."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {table}_sealed() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF {condition} THEN RAISE EXCEPTION '{problem}'; END IF; RETURN NEW; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_sealed BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_sealed()"
        )
        return
    op.execute(
        f"CREATE TRIGGER {table}_sealed BEFORE INSERT ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{problem}'); END"
    )


def frozen_once(table: str, condition: str, problem: str) -> None:
    """A row for which the condition over OLD holds never changes again; no row is ever deleted."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {table}_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF TG_OP = 'DELETE' OR {condition} THEN RAISE EXCEPTION '{problem}'; END IF; RETURN NEW; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_frozen()"
        )
        return
    op.execute(
        f"CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{problem}'); END"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{problem}'); END"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608 - constant names
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, '{problem}'); END"
    )


def note_reversals_on_server(tables: Mapping[str, str]) -> None:
    """Of every change of these tables note the statement that reverses it, while a transaction asks for that.

    `tables` gives each one's primary key, its parts joined by commas (see `core.store.exchange.undo`). SQLite makes
    such triggers when it needs them.
    """
    if op.get_context().dialect.name != "postgresql":
        return
    op.execute(_NOTE_REVERSAL)
    for table, key in tables.items():
        arguments = ", ".join(f"'{part}'" for part in key.split(","))
        op.execute(
            f"CREATE TRIGGER {table}_undo AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW "
            f"WHEN (current_setting('greenladder.recording', true) = 'on') EXECUTE FUNCTION undo_note({arguments})"
        )


#: What belongs to a new record goes with it, row by row is not worth the log.
_NOTE_REVERSAL: Final = """
CREATE FUNCTION undo_note() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  was jsonb; now jsonb; found text; names text; vals text; pairs text; reversing text; part text;
BEGIN
  IF TG_OP <> 'INSERT' THEN was = to_jsonb(OLD); END IF;
  IF TG_OP = 'DELETE' THEN now = was; ELSE now = to_jsonb(NEW); END IF;
  IF TG_TABLE_NAME IN ('answers', 'explanations', 'field_heads')
     AND EXISTS (SELECT 1 FROM undo_new WHERE id = now ->> 'record_id') THEN
    RETURN NULL;
  END IF;
  SELECT string_agg(format('%I = %L', k.part, now ->> k.part), ' AND ' ORDER BY k.place) INTO found
    FROM unnest(TG_ARGV) WITH ORDINALITY AS k (part, place);
  SELECT string_agg(format('%I', key), ', ' ORDER BY key), string_agg(format('%L', value), ', ' ORDER BY key),
         string_agg(format('%I = %L', key, value), ', ' ORDER BY key)
    INTO names, vals, pairs FROM jsonb_each_text(was);
  reversing = CASE TG_OP
    WHEN 'INSERT' THEN format('DELETE FROM %I WHERE %s', TG_TABLE_NAME, found)
    WHEN 'UPDATE' THEN format('UPDATE %I SET %s WHERE %s', TG_TABLE_NAME, pairs, found)
    ELSE format('INSERT INTO %I (%s) VALUES (%s)', TG_TABLE_NAME, names, vals) END;
  INSERT INTO undo_log (statement, tbl, row) VALUES (reversing, TG_TABLE_NAME, found);
  IF TG_OP = 'INSERT' AND TG_TABLE_NAME = 'records' THEN
    INSERT INTO undo_new (id) VALUES (NEW.id);
    FOREACH part IN ARRAY ARRAY['answers', 'explanations', 'field_heads'] LOOP
      INSERT INTO undo_log (statement, tbl, row)
        VALUES (format('DELETE FROM %I WHERE record_id = %L', part, NEW.id), part, '');
    END LOOP;
  END IF;
  RETURN NULL;
END $$
"""


def _refuse_on_server(table: str, problem: str) -> None:
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{problem}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )
