// The folder of this file is the project's, whatever lies above it. What was built in development stays, however long nobody asks for it.
const built = { maxInactiveAge: 3_600_000, pagesBufferLength: 100 };

export default { turbopack: { root: import.meta.dirname }, outputFileTracingRoot: import.meta.dirname, onDemandEntries: built };
