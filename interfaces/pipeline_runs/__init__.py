"""Running a pipeline without a spec: from the data that a command names to a dataset folder with its logs.

``request.py`` is what was asked for, ``loading.py`` finds the pipeline, ``models.py`` opens the gateway, ``inputs.py`` joins data to the pipeline's sources, ``locks.py`` renews the locks of
a pipeline file, ``card.py`` and ``manifest.py`` write what is left to be read. Start with ``run.py``. What does not live
here: how it looks on a screen (``rendering``).
"""
