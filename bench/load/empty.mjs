// An empty ES module: what node itself costs.
