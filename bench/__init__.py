"""Speed, as ratios to floors measured in the same run: `make bench`. No number here is a test."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command sets it
