"""The only place that chooses implementations and hands them down.

Every function does one command's work and returns it as a JSON-ready document or a record. Imports stand
in the functions: each command pays for what it needs, and for nothing else.
"""
