"""Polling feeds: which to ask (`feed_list`), when (`schedule`), how (`apart`, `fetch`, `public`), what came (`arrived`).

`poll` tells the whole as a story, `exchange` holds what the parts hand each other.
"""
