// SPDX-License-Identifier: Apache-2.0

import CHwloc
import NUMACore

/// One object of a loaded topology. It keeps the topology alive, hence is safe to use.
@safe
struct HwlocObject {
    private let topology: HwlocTopology
    private let object: hwloc_obj_t

    init?(_ object: hwloc_obj_t?, of topology: HwlocTopology) {
        guard let object = unsafe object else { return nil }
        self.topology = topology
        unsafe self.object = object
    }

    var type: hwloc_obj_type_t { unsafe object.pointee.type }
    /// The platform's number, or a very high one where it has none.
    var osIndex: Int { unsafe Int(object.pointee.os_index) }
    /// hwloc's own number among the objects of the type.
    var logicalIndex: Int { unsafe Int(object.pointee.logical_index) }
    /// The platform's word for what kind of its type this is.
    var subtype: String? { unsafe object.pointee.subtype.map { unsafe String(cString: $0) } }

    /// The next object of the same type.
    var next: HwlocObject? { unsafe HwlocObject(object.pointee.next_cousin, of: topology) }
    var parent: HwlocObject? { unsafe HwlocObject(object.pointee.parent, of: topology) }
    /// The nearest part of the machine that an I/O object hangs at.
    var nonIOAncestor: HwlocObject? {
        unsafe HwlocObject(hwloc_get_non_io_ancestor_obj(topology.handle, object), of: topology)
    }
    /// The parts of the machine in this one, without memory and I/O.
    var children: [HwlocObject] {
        unsafe (0..<Int(object.pointee.arity)).compactMap { place in
            unsafe HwlocObject(object.pointee.children[place], of: topology)
        }
    }

    /// The usable CPUs in it; nil if there are infinitely many or too high ones.
    var cpus: CPUSet? { unsafe HwlocTopology.set(object.pointee.cpuset) }
    /// Also those off-line or forbidden; nil as with `cpus`.
    var completeCPUs: CPUSet? { unsafe HwlocTopology.set(object.pointee.complete_cpuset) }
    /// The NUMA nodes near to it; nil as with `cpus`.
    var nodes: NUMANodeMask? { unsafe HwlocTopology.set(object.pointee.nodeset) }
    /// The lowest of its usable CPUs.
    var lowestCPU: Int? {
        let first = unsafe Int(hwloc_bitmap_first(object.pointee.cpuset))
        return first >= 0 ? first : nil
    }
    /// Whether it holds a CPU, be it off-line or forbidden.
    func holds(cpu: Int) -> Bool {
        unsafe hwloc_bitmap_isset(object.pointee.complete_cpuset, UInt32(cpu)) != 0
    }

    /// A cache for data.
    var isCache: Bool { hwloc_obj_type_is_dcache(type) != 0 }
    /// Of a NUMA node: its memory in bytes.
    var localMemory: UInt64 { unsafe object.pointee.attr?.pointee.numanode.local_memory ?? 0 }
    /// Of a NUMA node: how many pages it has of which size.
    var pageTypes: [(size: UInt64, count: UInt64)] {
        guard type == HWLOC_OBJ_NUMANODE, let memory = unsafe object.pointee.attr?.pointee.numanode,
            let types = unsafe memory.page_types
        else { return [] }
        return unsafe (0..<Int(memory.page_types_len)).map { place in
            unsafe (size: types[place].size, count: types[place].count)
        }
    }
    /// Of a PCI device, or of a bridge below PCI: where it is and what.
    var pci: hwloc_pcidev_attr_s? {
        guard let attributes = unsafe object.pointee.attr else { return nil }
        if type == HWLOC_OBJ_PCI_DEVICE { return unsafe attributes.pointee.pcidev }
        guard type == HWLOC_OBJ_BRIDGE,
            unsafe attributes.pointee.bridge.upstream_type == HWLOC_OBJ_BRIDGE_PCI
        else { return nil }
        return unsafe attributes.pointee.bridge.upstream.pci
    }

    /// The text that goes by a name with it, as the processor's architecture with the machine.
    func info(_ name: String) -> String? {
        guard let value = unsafe hwloc_obj_get_info_by_name(object, name) else { return nil }
        return unsafe String(cString: value)
    }
}
