"""Runs migrations on the connection that it is handed, inside its transaction."""

from alembic import context

from rl.store.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
)
context.run_migrations()
