// An empty CommonJS program: what node itself costs.
