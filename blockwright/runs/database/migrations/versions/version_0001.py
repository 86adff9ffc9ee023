"""The tables of version 0.1, which recorded no version."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "runs",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("design", sa.JSON, nullable=False),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("created", sa.Float(53), nullable=False),
        sa.Column("started", sa.Float(53)),
        sa.Column("ended", sa.Float(53)),
        sa.Column("heartbeat", sa.Float(53)),
        sa.Column("progressed", sa.Float(53)),
        sa.Column("pid", sa.Integer),
        sa.Column("pid_started", sa.Float(53)),
        sa.Column("host", sa.String(255)),
        sa.Column("worker", sa.String(16)),
        sa.Column("message", sa.Text),
        sa.Index("runs_by_owner", "owner", "created"),
        sa.Index("runs_by_status", "status", "created"),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.Integer, primary_key=True),
        _of_run(),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", sa.Float(53), nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Index("events_by_run", "run_id", "id"),
    )
    op.create_table(
        "commands",
        sa.Column("id", sa.Integer, primary_key=True),
        _of_run(),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", sa.Float(53), nullable=False),
        sa.Column("honoured", sa.Float(53)),
        sa.Index("commands_by_run", "run_id", "id"),
    )
    op.create_table(
        "designs",
        sa.Column("owner", sa.String(64), primary_key=True),
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("document", sa.JSON, nullable=False),
        sa.Column("updated", sa.Float(53), nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    for name in ("designs", "commands", "events", "runs"):
        op.drop_table(name)


def _of_run() -> sa.Column:
    return sa.Column("run_id", sa.String(64), sa.ForeignKey("runs.id", ondelete="CASCADE"), nullable=False)
