"""The faults of persistence that an operator can do something about; each text says what."""


class JournalError(Exception):
    """The journal cannot be written, or not be trusted; the text names file and offset. Never to be retried."""


class DeterminismError(Exception):
    """The exchange does not do again what it did: it is not the program that wrote the journal, or has a fault."""


class EmbeddedError(Exception):
    """PostgreSQL cannot run here; the text says why."""


class DatabaseError(Exception):
    """The database is not one that this journal can be projected into; the text says why."""


class StateError(Exception):
    """A state cannot be written, or not be read by this version; the text says what of it."""


class ExportError(Exception):
    """Records cannot be written as asked; the text says why."""
