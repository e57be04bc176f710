"""Fuzzing: whatever comes in, an answer or problems come out; never a traceback, never a hang, never a wrong number."""
