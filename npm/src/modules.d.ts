/** The build puts the WebAssembly here, packed by gzip, in base64. */
declare module '#packed' {
  const text: string;
  export default text;
}

/** The WebAssembly, compiled by the bundler: what runtimes at the edge know, which compile nothing themselves. */
declare module '#compiled' {
  const compiled: WebAssembly.Module;
  export default compiled;
}

/** A style sheet as text, without what nobody needs. */
declare module '*.css' {
  const text: string;
  export default text;
}
