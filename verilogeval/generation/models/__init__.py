"""What answers requests.

endpoint  an OpenAI-compatible endpoint
local     a Hugging Face model on this machine
ready     replies that somebody else asked for
"""
