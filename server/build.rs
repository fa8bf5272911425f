//! Builds anew when the user interface or the widget was built: they are carried inside the binary.

fn main() {
    for folder in [
        "../web/dist",
        "../widget/dist",
        "../widget/demo.html",
        "../widget/demo.js",
        "../widget/talk.html",
        "../widget/preview.html",
    ] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
