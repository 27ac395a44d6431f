"""What outlives a run: the workspace folder, the catalogue of runs, artifacts by hash, and the operator index.

Rows of data never enter here, and neither does anything that decides: graph state is the agents', checks are tools.
Start with ``workspace.py``; ``operator_index/`` finds operators for a need in plain words.
"""
