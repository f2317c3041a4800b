"""python -m regretlab"""

from regretlab.cli import run

run()
