// SPDX-License-Identifier: Apache-2.0

package import NUMACore
package import Presentation
import ProviderHost

extension Node {
    /// What the books of all providers say.
    package func books() throws(NUMAHintsError) -> ProviderBooks {
        var books = ProviderBooks()
        for provider in registry.providers {
            do throws(ProviderFailure) {
                books.stock += try provider.stock()
                if books.sharedCPUs == nil { books.sharedCPUs = try provider.sharedCPUs() }
                guard let ids = try provider.deviceIDs() else { continue }
                books.listedResources += ids.keys.sorted()
                books.devices += try provider.devices()
            } catch {
                throw NUMAHintsError(.provider, "\(error)", file: provider.path)
            }
        }
        return books
    }
}
