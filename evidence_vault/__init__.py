"""Evidence of failed attempts to book an appointment: recorded, signed, chained, printed."""

__version__ = "0.1.0"
