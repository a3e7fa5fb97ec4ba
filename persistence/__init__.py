"""The journal, recovery from it, and its projection into PostgreSQL."""
