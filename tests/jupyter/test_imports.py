"""What servers and jobs load before they begin: not the grammar of IRIs."""

import subprocess
import sys

LOADED = """
import sys
import runningcoach.serving
import nbformat
cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "words"}
notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
nbformat.validate(notebook)
print("lark" in sys.modules)
"""


def test_notebooks_are_read_without_the_grammar_of_iris():
    ran = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
