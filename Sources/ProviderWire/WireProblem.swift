// SPDX-License-Identifier: Apache-2.0

/// What is wrong with bytes that the other side sent, in words that follow "sent".
package struct WireProblem: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
