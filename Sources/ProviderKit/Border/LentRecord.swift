// SPDX-License-Identifier: Apache-2.0

import CNUMAHintsProvider

/// A record of the ABI that the host lends: it may be shorter or longer than the one known here.
protocol LentRecord {
    /// How many bytes of it the host must know for it to mean anything; what follows is read as absent.
    static var required: Int { get }
}

/// Copies what the host knows of a record, and zeroes for what it does not know.
///
/// Sound for records whose members past `required` are numbers, or pointers that may be NULL: zero
/// bytes are a value of them. Members between must not be read otherwise.
func lent<Record: LentRecord>(_ pointer: UnsafePointer<Record>) throws(ProviderError) -> Record {
    let known = unsafe UnsafeRawPointer(pointer).load(as: Int.self)
    guard known >= Record.required else {
        throw ProviderError(
            .invalid,
            "the host lent \(Record.self) with struct_size \(known); at least \(Record.required) is needed")
    }
    if known >= MemoryLayout<Record>.size { return unsafe pointer.pointee }
    let size = MemoryLayout<Record>.size
    return unsafe withUnsafeTemporaryAllocation(
        byteCount: size, alignment: MemoryLayout<Record>.alignment
    ) { buffer in
        unsafe buffer.initializeMemory(as: UInt8.self, repeating: 0)
        unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(start: pointer, count: known))
        return unsafe buffer.loadUnaligned(as: Record.self)
    }
}

/// What a list consists of that is lent; empty if there is none.
func lentElements<Element>(_ list: UnsafePointer<Element>?, _ count: Int) -> UnsafeBufferPointer<Element> {
    unsafe UnsafeBufferPointer(start: list, count: list == nil ? 0 : max(0, count))
}

/// The records of a list that is lent as pointers to them.
func lentList<Record: LentRecord, Value>(
    _ list: UnsafePointer<UnsafePointer<Record>>?, _ count: Int,
    _ value: (Record) throws(ProviderError) -> Value
) throws(ProviderError) -> [Value] {
    guard let list = unsafe list, count > 0 else { return [] }
    var values: [Value] = []
    values.reserveCapacity(count)
    for index in 0..<count { values.append(try value(unsafe lent(list[index]))) }
    return values
}

/// The values of a list that is lent as an array.
func lentArray<Element, Value>(
    _ list: UnsafePointer<Element>?, _ count: Int, _ value: (Element) -> Value
) -> [Value] {
    unsafe lentElements(list, count).map(value)
}

func text(_ pointer: UnsafePointer<CChar>) -> String { unsafe String(cString: pointer) }

func optionalText(_ pointer: UnsafePointer<CChar>?) -> String? {
    guard let pointer = unsafe pointer else { return nil }
    return unsafe String(cString: pointer)
}

/// Where a member ends in its record.
private func end<Record, Member>(of member: KeyPath<Record, Member>) -> Int {
    (MemoryLayout<Record>.offset(of: member) ?? 0) + MemoryLayout<Member>.size
}

extension nh_request_1_0: LentRecord {
    static let required = unsafe end(of: \nh_request_1_0.candidate_nodes)
}
extension nh_container_1_0: LentRecord {
    static let required = unsafe end(of: \nh_container_1_0.resource_count)
}
extension nh_assignment_1_0: LentRecord {
    static let required = unsafe end(of: \nh_assignment_1_0.quantity)
}
extension nh_placement_1_0: LentRecord {
    static let required = unsafe end(of: \nh_placement_1_0.affinity)
}
extension nh_affinity_1_0: LentRecord {
    static let required = unsafe end(of: \nh_affinity_1_0.flags)
}
extension nh_holder_1_0: LentRecord {
    static let required = unsafe end(of: \nh_holder_1_0.container)
}
extension nh_host_1_0: LentRecord {
    static let required = unsafe end(of: \nh_host_1_0.extension)
}
extension nh_hint_sink_1_0: LentRecord {
    static let required = unsafe end(of: \nh_hint_sink_1_0.none)
}
extension nh_assignment_sink_1_0: LentRecord {
    static let required = unsafe end(of: \nh_assignment_sink_1_0.assign)
}
extension nh_machine_1_0: LentRecord {
    static let required = unsafe end(of: \nh_machine_1_0.cpu_count)
}
extension nh_node_1_0: LentRecord {
    static let required = unsafe end(of: \nh_node_1_0.memory_count)
}
extension nh_cpu_1_0: LentRecord {
    static let required = end(of: \nh_cpu_1_0.flags)
}
extension nh_pci_1_0: LentRecord {
    static let required = unsafe end(of: \nh_pci_1_0.nodes)
}
extension nh_memory_node_1_0: LentRecord {
    static let required = unsafe end(of: \nh_memory_node_1_0.memory_count)
}
extension nh_memory_1_0: LentRecord {
    static let required = unsafe end(of: \nh_memory_1_0.free)
}
