"""When a run will be deleted for its age or for space, and an index of when a workspace's runs started and ended."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add `expires`, empty, and the index."""
    op.add_column("runs", sa.Column("expires", sa.Float(53)))
    op.create_index("runs_by_start", "runs", ["owner", "started", "ended"])


def downgrade() -> None:
    """Drop both."""
    op.drop_index("runs_by_start", "runs")
    op.drop_column("runs", "expires")
