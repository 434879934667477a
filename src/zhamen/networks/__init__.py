"""Where money goes: the transfer graph, tracing, taint, freeze plans, returns; patterns, clusters, mules."""
