"""The changes of the tables in their order: ``vNNNN_what.py`` holds revision NNNN and follows the one before."""
