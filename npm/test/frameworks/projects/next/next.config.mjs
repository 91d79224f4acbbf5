// The folder of this file is the project's, whatever lies above it.
export default { turbopack: { root: import.meta.dirname }, outputFileTracingRoot: import.meta.dirname };
