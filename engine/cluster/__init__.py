"""Row-local steps on more than one machine, by Ray Data.

What lives here: the segment of a stage that Ray's workers run, and the parts of tables that travel over shared storage. What
does not: dataset steps, models and the sandbox, which stay with the process that runs the pipeline. Start with
``ray_cluster.py``, then ``ray_segment.py``. Ray is an extra: ``pip install 'corpusmith[ray]'``; nothing here is imported
without ``--engine ray``.
"""
