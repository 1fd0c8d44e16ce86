"""
Computes the Fibonacci numbers that the API asks for.

Empty on purpose: the health probe imports it every few seconds.
"""
