//! The HTML form of "File uploads": a page without any script lets its users upload.

/// A form that uploads a file to this upload URL, as in the documentation. The URL tells nothing about the conversion,
/// so the form may be public.
///
/// ```
/// use cloudconvert_core::v1::upload_form;
/// assert_eq!(
///     upload_form("https://srv01.example.com/upload/~Gl47\"&"),
///     "<form action=\"https://srv01.example.com/upload/~Gl47&quot;&amp;\" method=\"POST\" enctype=\"multipart/form-data\">\n\
///      <input type=\"file\" name=\"file\">\n<input type=\"submit\">\n</form>\n"
/// );
/// ```
pub fn upload_form(upload_url: &str) -> String {
    let mut form = String::from("<form action=\"");
    for c in upload_url.chars() {
        match c {
            '&' => form.push_str("&amp;"),
            '"' => form.push_str("&quot;"),
            '\'' => form.push_str("&#39;"),
            '<' => form.push_str("&lt;"),
            '>' => form.push_str("&gt;"),
            c => form.push(c),
        }
    }
    form.push_str(
        "\" method=\"POST\" enctype=\"multipart/form-data\">\n<input type=\"file\" name=\"file\">\n",
    );
    form.push_str("<input type=\"submit\">\n</form>\n");
    form
}
