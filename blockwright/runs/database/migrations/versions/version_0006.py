"""What lists show of a run's design stands beside its document, so that they do not read documents."""

import sqlalchemy as sa
from alembic import op

from blockwright.runs.designs import design_outline

revision = "0006"
down_revision = "0005"

_ADDED = (("design_name", sa.String(200)), ("design_digest", sa.String(32)))


def upgrade() -> None:
    """Make the document the last column, describe one design at a time, and add an index of the events by kind."""
    # The column moves, not the table: a table that events refer to cannot be replaced within a transaction.
    op.execute("ALTER TABLE runs RENAME COLUMN design TO former_design")
    for name, kind in (*_ADDED, ("design", sa.JSON())):
        op.add_column("runs", sa.Column(name, kind))
    connection = op.get_bind()
    connection.execute(sa.text("UPDATE runs SET design = former_design"))
    op.drop_column("runs", "former_design")
    columns = (("id", sa.String(64)), *_ADDED, ("design", sa.JSON()))
    runs = sa.table("runs", *(sa.column(name, kind) for name, kind in columns))
    for run_id in connection.execute(sa.select(runs.c.id)).scalars().all():
        own = runs.c.id == run_id
        document = connection.execute(sa.select(runs.c.design).where(own)).scalar_one()
        connection.execute(sa.update(runs).where(own).values(design_outline(document)))
    op.create_index("events_by_kind", "events", ["run_id", "kind", "id"])


def downgrade() -> None:
    """Drop the index and what lists show."""
    op.drop_index("events_by_kind", "events")
    for name, _ in _ADDED:
        op.drop_column("runs", name)
