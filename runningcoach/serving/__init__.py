"""Voila and JupyterLab behind our login, with kernels that are already warm."""
