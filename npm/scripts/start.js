/** Starts the WebAssembly of a page: an address, an answer, bytes, or what is compiled already. wasm-bindgen's own way is for everybody. */
export default async function start({ module_or_path: given }) {
    let module = await (typeof given === 'string' || given instanceof URL ? fetch(given) : given);
    const imports = __wbg_get_imports();
    if (module instanceof Response) {
        if (!module.ok) throw Error(`${module.url} is answered with ${module.status}`);
        // Nothing else may be compiled as it comes.
        if (module.headers.get('Content-Type') === 'application/wasm') {
            return __wbg_finalize_init((await WebAssembly.instantiateStreaming(module, imports)).instance);
        }
        module = await module.arrayBuffer();
    }
    const made = await WebAssembly.instantiate(module, imports);
    return __wbg_finalize_init(made.instance ?? made);
}
