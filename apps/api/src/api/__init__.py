"""
Takes indexes of Fibonacci numbers and gives their values.
"""
