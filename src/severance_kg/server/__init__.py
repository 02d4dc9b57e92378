"""The read-only SPARQL endpoint: SPARQL 1.1 Protocol, linked data, questions and the page, over a pool of workers."""
