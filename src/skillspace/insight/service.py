"""temporary"""
class Insight:
    def __init__(self, **k): pass
    def start(self, work): pass
    def register(self, book): pass
    def latest(self, work): return {}
