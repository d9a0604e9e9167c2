"""The checks behind docs/reliability.md: a promise, what breaks it on purpose, a figure, and a control that must fail.

A check is a function with a size. `tests/` calls it small, `make bench-reliability` large; what is promised is the same.
"""
