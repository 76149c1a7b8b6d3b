// SPDX-License-Identifier: Apache-2.0

import Foundation
import FoundationXML

/// What libxml2 reads in a page or a picture.
final class XMLCheck: NSObject, XMLParserDelegate {
    private(set) var elements: [String: Int] = [:]
    /// Names of attributes.
    private(set) var attributes: Set<String> = []
    /// Every address that an attribute holds.
    private(set) var links: [String] = []
    /// All words outside of styles.
    private(set) var words = ""
    private(set) var isWellFormed = false
    private var isStyle = false

    init(_ text: String) {
        super.init()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = self
        isWellFormed = parser.parse()
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes own: [String: String]
    ) {
        elements[name, default: 0] += 1
        attributes.formUnion(own.keys)
        links += own.filter { ["href", "src", "xlink:href", "data"].contains($0.key) }.map(\.value).sorted()
        isStyle = name == "style"
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        isStyle = false
        words += " "
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) { if !isStyle { words += text } }
}
