"""Writing of data: dataset folders that ``datasets.load_dataset`` opens as they are, and JSON Lines logs.

What lives here: shards, the layout of a dataset folder, and how both come into being whole or not at all. What does not:
what the card says, and what a row may hold (``reading``). Start with ``dataset_writer.py``.
"""

from .dataset_folder import card_front_matter, read_dataset
from .dataset_writer import DatasetWriter, ShardFile
from .json_lines import write_jsonl

__all__ = ["DatasetWriter", "ShardFile", "card_front_matter", "read_dataset", "write_jsonl"]
