"""The parts of export.py: reading checkpoints, writing their graphs and tokenizers, and proving the result."""
