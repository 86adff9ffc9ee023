"""The periods in which a run was active before it was resumed: they count in the minutes of its workspace."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the table, empty."""
    op.create_table(
        "periods",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("run_id", sa.String(64), sa.ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("started", sa.Float(53), nullable=False),
        sa.Column("ended", sa.Float(53), nullable=False),
    )
    op.create_index("periods_by_run", "periods", ["run_id"])
    op.create_index("periods_by_owner", "periods", ["owner", "ended"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("periods")
