// SPDX-License-Identifier: Apache-2.0

package import NUMACore
import ProviderHost

/// The file of a library, before anything of it is run.
package enum ProviderLibraryFile {
    /// Fails if there is no such file, others may change it, or it is no shared library of this machine.
    package static func check(_ path: String) throws(NUMAHintsError) { try LoadedLibrary.checkFile(path) }
}
