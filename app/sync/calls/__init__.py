"""The calls of the server's API over the line, one file for each area as on the server.

Every call gives the value or the server's Refusal, and raises LineFault when the server could not be asked.
"""
