// SPDX-License-Identifier: Apache-2.0

/// The frame of a page: its head, its style and its title.
struct Page {
    let title: String
    /// The page's own headings say the title already.
    var hidesTitle = false
    /// Who made it.
    let command: String
    /// What the machine was read from; nil where the title says it.
    var machine: String?
    let body: [Markup]

    /// The page, ending in a line end.
    var text: String {
        let head = Markup(
            "head", [:],
            [
                Markup("meta", ["charset": "utf-8"], []),
                Markup("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"], []),
                Markup("meta", ["name": "color-scheme", "content": "light dark"], []),
                // A browser that is shown this page fetches nothing and runs nothing, whatever stands in it.
                Markup(
                    "meta",
                    [
                        "http-equiv": "Content-Security-Policy",
                        "content": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
                    ], []),
                Markup("title", [:], title),
                Markup("style", [:], [Markup(fixed: PageStyle.text)]),
            ])
        let header = Markup(
            "header", [:],
            [
                Markup("h1", hidesTitle ? ["class": "unseen"] : [:], title),
                Markup(
                    "p", ["class": "faint"],
                    [Markup("code", [:], command), Markup(words: machine.map { " · machine: \($0)" } ?? "")]),
            ])
        var text = "<!DOCTYPE html>\n"
        Markup("html", ["lang": "en"], [head, Markup("body", [:], [header, Markup("main", [:], body)])])
            .write(to: &text)
        return text + "\n"
    }
}
