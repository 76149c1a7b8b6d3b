// SPDX-License-Identifier: Apache-2.0

import ProviderKit
import Testing
import Widget

@Suite("WidgetProvider")
struct WidgetProviderTests {
    @Test("there are two widgets near each of two nodes, and all are free")
    func stock() throws {
        let stock = try WidgetProvider(context: ProviderContext()).stock()
        #expect(stock.map(\.free) == [2, 2])
    }

    @Test("a setting that nobody knows is refused")
    func settings() {
        #expect(throws: ProviderError.self) {
            try WidgetProvider(context: ProviderContext(settings: #"{"slots": 4}"#))
        }
    }
}
