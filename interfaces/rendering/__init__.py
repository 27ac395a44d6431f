"""Renderers of the event stream: text for people (``run_text``), JSON lines for programs (``json_lines``), and tables."""
