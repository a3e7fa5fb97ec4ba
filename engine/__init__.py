"""The exchange as a pure state machine: commands in, events out."""
