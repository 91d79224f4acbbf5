//! The library's own name, by which programs that link it find it beside them.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let name = match std::env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("linux" | "android") => "-Wl,-soname,libcloudconvert_uniffi.so",
        Ok("macos" | "ios") => "-Wl,-install_name,@rpath/libcloudconvert_uniffi.dylib",
        _ => return,
    };
    println!("cargo::rustc-cdylib-link-arg={name}");
}
