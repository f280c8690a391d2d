"""What client and server say to each other over HTTP, one file for each area. The only modules that import pydantic.

The values are plain frozen dataclasses; ``codec.parse`` checks a request strictly (unknown fields and wrong types are
refused), ``codec.parse_said`` what the server said or keeps: there fields of another version are left out.
Import them only where the network is: pydantic is slow to load.
"""
