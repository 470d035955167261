"""Starts the service and runs every *_dialect.py beside this file against it."""
import os
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from service import running  # noqa: E402

# One model under two names: the second one is as models are called on Hugging Face's hub.
MODELS = [
    "--clipserve.models[mini-clip].path=models/mini-clip",
    "--clipserve.models[example/mini-clip].path=models/mini-clip",
    "--clipserve.default-model=mini-clip",
]


def main():
    with running(*MODELS) as service:
        os.environ["CLIPSERVE_URL"] = service
        suite = unittest.defaultTestLoader.discover(str(HERE), pattern="*_dialect.py")
        result = unittest.TextTestRunner(verbosity=2).run(suite)
    sys.exit(0 if result.wasSuccessful() and result.testsRun and not result.skipped else 1)


if __name__ == "__main__":
    main()
