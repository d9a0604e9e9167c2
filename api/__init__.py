"""Reading: an HTTP request becomes a query, hits become an answer."""
