"""The course: nine notebooks, kept as text (NN_name.py) and, executed, as NN_name.ipynb."""
