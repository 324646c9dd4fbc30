"""Who is meant by numbers of documents and organisations, for other services, many at once."""
