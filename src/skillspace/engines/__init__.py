"""Engines that carry out long work: processes of this machine, or Ray over several; adapters only."""
