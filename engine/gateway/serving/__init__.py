"""Models on this machine: a vLLM server as a child process. vLLM is never imported. Start with ``vllm_server.py``."""
