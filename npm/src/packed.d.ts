/** The build puts the WebAssembly here, packed by gzip, in base64. */
declare module '#packed' {
  const text: string;
  export default text;
}
