"""A small service that the kit's own tests run: notes, and a count of the events they caused."""
