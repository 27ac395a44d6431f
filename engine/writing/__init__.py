"""Writing of data: dataset folders that ``datasets.load_dataset`` opens as they are, and JSON Lines logs.

What lives here: shards of every format, the layout of a dataset folder, and how both come into being whole or not at all.
What does not: what the card says, and what a row may hold (``reading``). Start with ``dataset_writer.py``; a new format is
a class like those in ``parquet_shards.py`` and a line in ``dataset_format.py``.
"""

from .dataset_folder import card_front_matter, read_dataset
from .dataset_format import DATASET_FORMATS, DatasetFormat
from .dataset_writer import DatasetWriter, ShardFile
from .json_lines import write_jsonl

__all__ = [
    "DATASET_FORMATS",
    "DatasetFormat",
    "DatasetWriter",
    "ShardFile",
    "card_front_matter",
    "read_dataset",
    "write_jsonl",
]
