import os

# The models are small: more threads than one only get into each other's way. Read when scikit-learn is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")
