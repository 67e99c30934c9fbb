"""Alembic's way in: it runs the revisions on the connection, and in the transaction, that `migrate.upgrade` opened."""

from alembic import context

from cequiz.adapters.store.rows_office import StaffRow

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=StaffRow.metadata,
    render_as_batch=True,
)
context.run_migrations()
