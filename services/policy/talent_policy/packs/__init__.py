"""Policy packs as data: their shape, their files, their compiled rules and what these decide."""
