"""What the graders share: reading a finished dataset, tracing its rows back to the input, and plain measures of text.

Where a request leaves something open, such as what exactly a word is, the measures here give several readings, and a
grader rejects only what is wrong under all of them. Nothing here imports what is graded. Start with ``fates.py``.
"""
