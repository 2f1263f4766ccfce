"""A folder of documents in, verbatim answers with their exact place out. This package has never heard of HTTP."""
