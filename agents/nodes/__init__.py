"""The nodes of the graph, one idea each. A node takes the state and the workbench and returns what changed.

Nodes run again from the top after an interruption, so each is idempotent; those that wait for a person do nothing else.
"""
