"""The package pymilvus, imported without what it does beside that.

It reads a file `.env` of any folder above it into the environment, and prints what fails, with
tracebacks, before we can say it in words.
"""

import logging
import os

_OFF = "PYTHON_DOTENV_DISABLED"

_before = os.environ.get(_OFF)
os.environ[_OFF] = "1"
try:
    import pymilvus
finally:
    if _before is None:
        del os.environ[_OFF]
    else:
        os.environ[_OFF] = _before
logging.getLogger("pymilvus").setLevel(logging.CRITICAL)

DataType = pymilvus.DataType
MilvusClient = pymilvus.MilvusClient
MilvusException = pymilvus.MilvusException

__all__ = ["DataType", "MilvusClient", "MilvusException"]
