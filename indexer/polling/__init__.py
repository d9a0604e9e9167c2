"""Polling feeds: which to ask (`feed_list`), when (`schedule`), how (`fetch`, `public`), and what becomes of them (`poll`)."""
