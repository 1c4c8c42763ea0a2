"""
A SHACL engine that runs where the data is.

Shapes are read once (`reading`), and each constraint becomes a SELECT that finds every failing node of every focus node
at once (`constraints`, `conformance`, `queries`). What is found is the standard validation report (`results`,
`report`). Nothing here knows a store: it asks a GraphStore.
"""
