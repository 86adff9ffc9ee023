"""What lists show of a design stands beside its document, so that they do not read documents."""

import json

import sqlalchemy as sa
from alembic import op

from blockwright.runs.designs import outline

revision = "0004"
down_revision = "0003"

_KEPT = ("owner", "key", "name", "document", "updated")
_OUTLINE = ("nodes", "blocks", "changed")


def upgrade() -> None:
    """Make the table again with the document as its last column, one design at a time."""
    former, designs = _replace(with_outline=True)
    connection = op.get_bind()
    for owner, key in connection.execute(sa.select(former.c.owner, former.c.key)).all():
        query = sa.select(former).where(former.c.owner == owner, former.c.key == key)
        row = dict(connection.execute(query).mappings().one())
        described = outline(row["document"] if isinstance(row["document"], dict) else {})
        row |= {name: described[name] for name in _OUTLINE}
        row["size"] = len(json.dumps(row["document"], separators=(",", ":")))
        connection.execute(designs.insert().values(row))
    op.drop_table(former.name)


def downgrade() -> None:
    """Make the table again without what lists show."""
    former, designs = _replace(with_outline=False)
    kept = sa.select(*(former.c[name] for name in _KEPT))
    op.get_bind().execute(designs.insert().from_select(_KEPT, kept))
    op.drop_table(former.name)


def _replace(with_outline: bool) -> tuple[sa.Table, sa.Table]:
    """Make an empty table in place of the designs, which get another name: the former table and the new one."""
    op.rename_table("designs", "former_designs")
    op.create_table("designs", *_columns(with_outline))
    return (
        sa.Table("former_designs", sa.MetaData(), *_columns(not with_outline)),
        sa.Table("designs", sa.MetaData(), *_columns(with_outline)),
    )


def _columns(with_outline: bool) -> list[sa.Column]:
    added = [
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("nodes", sa.Integer, nullable=False),
        sa.Column("blocks", sa.JSON, nullable=False),
        sa.Column("changed", sa.Boolean, nullable=False),
    ]
    return [
        sa.Column("owner", sa.String(64), primary_key=True),
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("updated", sa.Float(53), nullable=False),
        *(added if with_outline else []),
        sa.Column("document", sa.JSON, nullable=False),
    ]
