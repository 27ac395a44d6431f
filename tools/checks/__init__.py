"""The check templates: everything that a contract can hold a dataset to.

``template.py`` is the contract between a check and everybody who uses it. ``rules`` holds properties of one row (used by
``every_row`` and ``share_of_rows``), ``dataset`` the checks that need the whole output. Beside each module stands a table
``<module>.yaml`` with the phrases in which people ask for it. ``catalogue.py`` finds them all.
"""
