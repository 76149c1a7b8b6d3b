// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// A machine in hwloc's XML, format 2: what `lstopo -i` draws.
///
/// It has sockets, last-level caches, cores, CPUs, nodes with their kind of memory and huge pages, distances, and PCI
/// devices with the bridges above them. The format has no room for drivers, virtual functions and free huge pages; kinds of
/// cores are left out. CPUs that cannot be used are in the complete set alone.
///
/// Source: hwloc's manual, "Importing and exporting topologies from/to XML files".
public struct HwlocXML {
    private let machine: Machine
    private let usable: CPUSet
    private let origin: String
    /// Each object needs a number of its own.
    private var objects = 0

    /// - Parameter origin: where the machine comes from, in a few words.
    public init(_ machine: Machine, origin: String) {
        self.machine = machine
        self.origin = origin
        usable = CPUSet(machine.cpus.filter { $0.isOnline && $0.isAllowed }.map(\.id))
    }

    /// The whole file.
    public var text: String {
        var text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE topology SYSTEM "hwloc2.dtd">
            <topology version="2.0">

            """
        var copy = self
        copy.root.write(to: &text)
        matrix?.write(to: &text)
        return text + "</topology>\n"
    }

    // MARK: Objects

    private var root: XMLObject {
        mutating get {
            var parts = ProcessorPart.tree(of: machine, usable: usable)
            let roots = PCIRoot.roots(of: machine.devices)
            for root in roots { parts.hang(root, near: cpus(near: root)) }
            var object = object(parts)
            object.inner.insert(
                XMLObject(name: "info", attributes: [("name", "Origin"), ("value", origin)]), at: 0)
            return object
        }
    }

    private func cpus(near root: PCIRoot) -> CPUSet {
        guard case .nodes(let mask) = root.locality else { return usable }
        return machine.nodes.filter { mask.contains($0.id) }.reduce(CPUSet()) { $0.union($1.localCPUs) }
    }

    private mutating func object(_ part: ProcessorPart) -> XMLObject {
        let nodes = NUMANodeMask(
            machine.nodes.filter { part.kind == .machine || $0.localCPUs.intersects(part.cpus) }.map(\.id))
        var attributes = [(name: "type", value: part.kind.rawValue)]
        if let number = part.number { attributes.append(("os_index", "\(number)")) }
        attributes += sets(part.cpus, nodes, isMachine: part.kind == .machine)
        if part.kind == .cache {
            attributes += [
                ("cache_size", "0"), ("depth", "3"), ("cache_linesize", "64"), ("cache_associativity", "0"),
                ("cache_type", "0"),
            ]
        }
        var made = XMLObject(attributes: attributes)
        for node in machine.nodes where part.memories.contains(node.id) { made.inner.append(object(node)) }
        for inner in part.parts { made.inner.append(object(inner)) }
        for root in part.roots { made.inner.append(root.object(numbering: &objects)) }
        return made
    }

    private mutating func object(_ node: Machine.Node) -> XMLObject {
        let kind = node.memoryKind.map { [(name: "subtype", value: $0)] } ?? []
        let huge = node.hugepages.reduce(UInt64(0)) { $0.addingClamped($1.totalBytes) }
        var object = XMLObject(
            attributes: [("type", "NUMANode")] + kind + [("os_index", "\(node.id)")]
                + sets(node.localCPUs, NUMANodeMask([node.id]), isMachine: false)
                + [("local_memory", "\(node.memoryBytes)")])
        var pages: [(size: UInt64, count: UInt64)] = [(4096, (node.memoryBytes - min(huge, node.memoryBytes)) / 4096)]
        pages += node.hugepages.map { ($0.pageSize, $0.totalBytes / max(1, $0.pageSize)) }
        for (size, count) in pages {
            object.inner.append(
                XMLObject(name: "page_type", attributes: [("size", "\(size)"), ("count", "\(count)")]))
        }
        return object
    }

    private mutating func sets(
        _ cpus: CPUSet, _ nodes: NUMANodeMask, isMachine: Bool
    ) -> [(name: String, value: String)] {
        objects += 1
        let complete = isMachine ? CPUSet(machine.cpus.map(\.id)) : cpus
        var sets = [("cpuset", cpus.hwlocMask), ("complete_cpuset", complete.hwlocMask)]
        if isMachine { sets.append(("allowed_cpuset", cpus.hwlocMask)) }
        sets += [("nodeset", nodes.hwlocMask), ("complete_nodeset", nodes.hwlocMask)]
        if isMachine { sets.append(("allowed_nodeset", nodes.hwlocMask)) }
        return sets.map { (name: $0.0, value: $0.1) } + [("gp_index", "\(objects)")]
    }

    // MARK: Distances

    private var matrix: XMLObject? {
        guard let distances = machine.distances, distances.nodes.count > 1 else { return nil }
        func numbers(_ name: String, _ values: [UInt64]) -> XMLObject {
            let words = values.map { "\($0) " }.joined()
            return XMLObject(name: name, attributes: [("length", "\(words.utf8.count)")], words: words)
        }
        return XMLObject(
            name: "distances2",
            attributes: [
                ("type", "NUMANode"), ("nbobjs", "\(distances.nodes.count)"), ("kind", "5"),
                ("name", "NUMALatency"), ("indexing", "os"),
            ],
            inner: [numbers("indexes", distances.nodes.map(UInt64.init))]
                + distances.rows.map { numbers("u64values", $0) })
    }
}

extension NumberSet {
    /// Words of 32 bits, the highest first.
    fileprivate var hwlocMask: String {
        guard let last else { return "0x0" }
        return (0...last / 32).reversed().map { place in
            let word = (0..<32).reduce(UInt32(0)) { contains(place * 32 + $1) ? $0 | 1 << UInt32($1) : $0 }
            return "0x" + word.hex(8)
        }.joined(separator: ",")
    }
}
