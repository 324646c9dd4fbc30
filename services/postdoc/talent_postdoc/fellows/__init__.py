"""Fellows (博士后): one life cycle from application to exit, made of what happened in it."""
