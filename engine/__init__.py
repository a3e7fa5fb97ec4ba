"""The exchange as a pure state machine: commands in, events out."""

from engine.pages import use_huge_pages

use_huge_pages()
