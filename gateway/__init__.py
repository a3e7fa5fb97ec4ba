"""The venue's process: sockets, clock, settings and the wiring of every part."""
