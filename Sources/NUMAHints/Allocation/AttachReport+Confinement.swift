// SPDX-License-Identifier: Apache-2.0

package import Enforcement
package import Presentation

extension AttachReport.Confined {
    package init(_ confinement: Confinement) {
        self.init(
            cpus: confinement.cpus, nodes: confinement.nodes,
            hugepages: confinement.hugepages.map { ($0.size, $0.bytes) },
            partition: confinement.partition?.rawValue)
    }
}
