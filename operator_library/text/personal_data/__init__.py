"""Personal data in running text: e-mail addresses, telephone, card and account numbers, IP addresses, US SSNs.

What lives here: one detector per kind (text in, spans out), ``detection.py`` that joins them, and ``operators.py`` with
the count and the mask, which share that detection. What does not: names and postal addresses, which no rule finds.
Start with ``detection.py``.
"""
