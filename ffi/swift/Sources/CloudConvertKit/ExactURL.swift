import Foundation

/// The URL of a text. Foundation would encode all of it anew, `%` included, where one character is not allowed, such as the
/// brackets of `filter[tag]=a%20b`: so these are encoded before.
func exact(_ text: String) -> URL? {
    let scheme = text.range(of: "://")?.upperBound ?? text.startIndex
    let path = text[scheme...].firstIndex { "/?#".contains($0) } ?? text.endIndex
    let allowed = CharacterSet(charactersIn: "-._~:/?#@!$&'()*+,;=%").union(alphanumerics)
    return URL(string: text[..<path] + (text[path...].addingPercentEncoding(withAllowedCharacters: allowed) ?? ""))
}

private let alphanumerics = CharacterSet(charactersIn: "a"..."z").union(CharacterSet(charactersIn: "A"..."Z"))
    .union(CharacterSet(charactersIn: "0"..."9"))
