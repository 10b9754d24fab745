"""From problems to samples: prompts, models, replies, and the code in them.

settings    what a run is asked for
prompts     a problem as messages, by editable templates
examples    problems with answers that stand before the question: fixed or retrieved
embedding   texts as vectors
retrieval   the nearest other problems, without near duplicates
request     what a model is asked and what it answers
models      an OpenAI-compatible endpoint, transformers here, or ready replies
asking      one request, asked again as long as that can help
journal     `replies.jsonl`: every reply as it came
run         all requests of a run, several at once
"""
