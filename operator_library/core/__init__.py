"""Operators that fit any data: columns, types, values, duplicates, order, samples, splits and tables.

What lives here: what needs no knowledge of the content. What does not: anything that understands text (``text``), or a
format of one domain. ``values.py`` shows the value form, ``columns.py`` the frame form, ``sampling.py`` the dataset
form. Files without an operator (``numerals.py``, ``digests.py``, ...) hold what several operators share. What asks a model
stands in ``prompted``, what works on vectors in ``vectors``.
"""
