"""FIX 4.4: dictionary, codec, sessions, and the translation between messages and the engine's words."""
