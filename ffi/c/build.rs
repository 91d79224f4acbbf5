//! The shared library's own name, which programs that link it remember.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let library = match std::env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("linux" | "android" | "freebsd" | "netbsd" | "openbsd") => "-Wl,-soname,libcloudconvert.so.0",
        Ok("macos" | "ios") => "-Wl,-install_name,@rpath/libcloudconvert.0.dylib",
        _ => return,
    };
    println!("cargo::rustc-cdylib-link-arg={library}");
}
