"""Changes of the store's tables, one module per version in `versions`, carried out by Alembic."""
