"""What a run leaves to be read: the dataset card, the manifest, the pipeline as a script, the contract in words."""
