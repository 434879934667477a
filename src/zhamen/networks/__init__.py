"""Where money goes: the transfer graph, tracing, live taint, freeze plans and returns, patterns of mules."""
