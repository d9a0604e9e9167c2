"""Readers: each turns the files of one format into records, behind the one interface of `indexer.readers.given`."""
