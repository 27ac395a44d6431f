"""Where fused row-local steps run: in this process, in worker processes, at models.

Every segment takes batches and gives batches, keeps several in flight and their order, and holds a bounded amount in memory.
What does not live here: what the steps do (``steps``). Start with ``local_segment.py``; ``shipped_steps.py`` is what travels.
"""
