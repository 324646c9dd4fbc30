"""Policy packs: documents as data, checked, published and read (政策库)."""
