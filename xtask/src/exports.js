
/**
 * The exports of a module, behind one place where all are called. V8 would inline a call whose target it knows, and ends the
 * process when the function around it is thrown away meanwhile (Node 20: `DoComputeBuiltinContinuation`).
 */
function calledInOnePlace(exports) {
    const functions = [];
    const call = (at, given) => functions[at](...given);
    return Object.fromEntries(Object.entries(exports).map(([name, value]) => {
        if (typeof value !== 'function') return [name, value];
        const at = functions.push(value) - 1;
        return [name, (...given) => call(at, given)];
    }));
}
