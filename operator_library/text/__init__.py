"""Operators over running text: measures, clean-ups and near-duplicate removal. All of them read the column ``text``.

What lives here: one file per idea, with the measure and the clean-up that brings it to zero side by side
(``links.py``, ``emoji.py``, ``markup.py``, ...), detectors of personal data in ``personal_data``, and the exact search
for similar texts in ``similarity.py``. What does not: operators that need no running text (``core``) or a model.
Start with ``lengths.py`` for the shape of a measure, then ``links.py`` for a measure with its clean-up.
"""
