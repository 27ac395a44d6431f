"""Operators over embeddings: make them, find similar rows by them, choose rows that differ.

What lives here: the one operator that asks an embedding model, and exact arithmetic on the vectors that it wrote. What does
not: prompts (``core/prompted``). Start with ``embedding.py``; ``vector_file.py`` keeps vectors on disk, so that memory stays
bounded, and fixes the order of the arithmetic, so that batches change nothing.
"""
