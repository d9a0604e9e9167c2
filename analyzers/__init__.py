"""What writing and reading agree on: the Arabic rules, rendered for Python and for OpenSearch, and the mappings.

Pure: the standard library, pyarabic and regex. Nothing here opens a file, a socket or the environment.
"""
