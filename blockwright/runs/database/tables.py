"""The store's tables, in portable SQL: every row has an owner."""

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

runs = Table(
    "runs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("status", String(16), nullable=False),
    Column("settings", JSON, nullable=False),
    Column("created", Float(53), nullable=False),
    Column("started", Float(53)),
    Column("ended", Float(53)),
    Column("heartbeat", Float(53)),
    Column("progressed", Float(53)),
    Column("pid", Integer),
    Column("process_start", String(80)),
    Column("host", String(255)),
    Column("worker", String(16)),
    Column("message", Text),
    Column("expires", Float(53)),
    Column("design_name", String(200)),
    Column("design_digest", String(32)),
    # Last: SQLite reads a row up to the last column that is asked for.
    Column("design", JSON),
    Index("runs_by_owner", "owner", "created"),
    Index("runs_by_status", "status", "created"),
    Index("runs_by_start", "owner", "started", "ended"),
)


def _of_run() -> Column:
    return Column("run_id", String(64), ForeignKey("runs.id", ondelete="CASCADE"), nullable=False)


events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    _of_run(),
    Column("owner", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("at", Float(53), nullable=False),
    Column("data", JSON, nullable=False),
    Index("events_by_run", "run_id", "id"),
    Index("events_by_kind", "run_id", "kind", "id"),
)

commands = Table(
    "commands",
    metadata,
    Column("id", Integer, primary_key=True),
    _of_run(),
    Column("owner", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("at", Float(53), nullable=False),
    Column("honoured", Float(53)),
    Index("commands_by_run", "run_id", "id"),
)

periods = Table(
    "periods",
    metadata,
    Column("id", Integer, primary_key=True),
    _of_run(),
    Column("owner", String(64), nullable=False),
    Column("started", Float(53), nullable=False),
    Column("ended", Float(53), nullable=False),
    Index("periods_by_run", "run_id"),
    Index("periods_by_owner", "owner", "ended"),
)

designs = Table(
    "designs",
    metadata,
    Column("owner", String(64), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("updated", Float(53), nullable=False),
    Column("size", Integer, nullable=False),
    Column("nodes", Integer, nullable=False),
    Column("blocks", JSON, nullable=False),
    Column("changed", Boolean, nullable=False),
    # Last: SQLite reads a row up to the last column that is asked for.
    Column("document", JSON, nullable=False),
)
