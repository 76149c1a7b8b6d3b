// SPDX-License-Identifier: Apache-2.0
//
// A vendor's provider in Swift over the bare header, compiled by a test against a header whose records are
// shorter than the host's. It refuses to be made if the Swift runtime takes its records for the host's.
public import CNUMAHintsProvider

private func lasting<Element>(_ elements: [Element]) -> UnsafeMutablePointer<Element> {
    let place = UnsafeMutablePointer<Element>.allocate(capacity: elements.count)
    place.initialize(from: elements, count: elements.count)
    return place
}

private func lasting(_ text: String) -> UnsafePointer<CChar> { UnsafePointer(lasting(Array(text.utf8CString))) }

nonisolated(unsafe) private let resource = lasting("example.org/card")
nonisolated(unsafe) private let firstNode = UnsafePointer(lasting([UInt64(1)]))

/// The bytes of a type as the runtime has them: the type is opaque here, so the compiler cannot know.
private func bytes(_ type: Any.Type) -> Int {
    func size<Known>(_: Known.Type) -> Int { MemoryLayout<Known>.size }
    return _openExistential(type, do: size)
}

/// The record that the runtime takes for another one of that name, or nil.
private func confusion() -> String? {
    let known: [(String, Int, Any.Type)] = [
        ("nh_node", MemoryLayout<nh_node>.size, nh_node.self),
        ("nh_machine", MemoryLayout<nh_machine>.size, nh_machine.self),
        ("nh_container", MemoryLayout<nh_container>.size, nh_container.self),
    ]
    for (name, here, type) in known where bytes(type) != here {
        return "\(name) has \(here) bytes here, \(bytes(type)) for the Swift runtime"
    }
    return nil
}

/// The nodes of the machine, copied as the records that this library knows.
private func nodes(_ host: UnsafePointer<nh_host>) -> [nh_node] {
    guard let table = host.pointee.extension(host, NH_EXT_MACHINE) else { return [] }
    let machine = table.assumingMemoryBound(to: nh_machine.self).pointee
    return (0..<machine.node_count).compactMap { machine.nodes?[$0].pointee }
}

private func hints(_ sink: UnsafePointer<nh_hint_sink>) -> nh_status {
    var hint = nh_hint(
        struct_size: MemoryLayout<nh_hint>.size, resource: resource,
        nodes: nh_bitset(words: firstNode, word_count: 1), flags: nh_hint_flags(NH_HINT_PREFERRED))
    sink.pointee.hint(sink, &hint)
    return nh_status(NH_OK)
}

/// Gives devices whose ids say what was read of the machine.
private func prepare(
    _ table: UnsafePointer<nh_provider>, _ request: UnsafePointer<nh_request>,
    _ sink: UnsafePointer<nh_assignment_sink>
) -> nh_status {
    guard let container = request.pointee.container?.pointee, let data = table.pointee.data else {
        return nh_status(NH_INVALID)
    }
    let host = data.assumingMemoryBound(to: UnsafePointer<nh_host>.self).pointee
    let seen = nodes(host).map { "\($0.id)" }.joined(separator: "+")
    for place in 0..<container.resource_count {
        for number in 0..<(container.resources?[place].quantity ?? 0) {
            let id = lasting("card-\(number)-nodes-\(seen)")
            defer { id.deallocate() }
            var piece = nh_assignment(
                struct_size: MemoryLayout<nh_assignment>.size, kind: nh_assignment_kind(NH_ASSIGN_DEVICE),
                resource: resource, id: id, set: nh_bitset(words: firstNode, word_count: 1), quantity: 1,
                shares: nil, share_count: 0, attributes: nil, attribute_count: 0, taken_from: nil)
            sink.pointee.assign(sink, &piece)
        }
    }
    return nh_status(NH_OK)
}

private func create(
    _ host: UnsafePointer<nh_host>, _ made: UnsafeMutablePointer<UnsafePointer<nh_provider>?>
) -> nh_status {
    if let text = confusion() {
        let words = lasting(text)
        defer { words.deallocate() }
        var why = nh_message(
            struct_size: MemoryLayout<nh_message>.size, text: words, code: nil, facts: nil, fact_count: 0)
        host.pointee.explain(host, &why)
        return nh_status(NH_INTERNAL)
    }
    let table = nh_provider(
        struct_size: MemoryLayout<nh_provider>.size, data: lasting([host]), claims: lasting([resource, nil]),
        observes: nil, destroy: { _ in }, restore: { _, _ in 0 }, start: { _ in 0 }, stop: { _ in },
        hints: { hints($2) }, prepare: { prepare($0, $2, $4) }, release: { _, _, _ in 0 },
        commit: { _, _ in 0 }, rollback: { _, _ in }, started: nil)
    made.pointee = UnsafePointer(lasting([table]))
    return nh_status(NH_OK)
}

nonisolated(unsafe) private let descriptor = UnsafePointer(
    lasting([
        nh_descriptor(
            struct_size: MemoryLayout<nh_descriptor>.size, id: lasting("org.example.card"),
            version: lasting("1.0.0"), summary: lasting("Cards"), flags: 0)
    ]))
nonisolated(unsafe) private let entry = UnsafePointer(
    lasting([
        nh_entry(
            struct_size: MemoryLayout<nh_entry>.size, abi_minor: NH_ABI_MINOR,
            descriptor: { $0 == 0 ? descriptor : nil }, create: { create($1, $2) })
    ]))

@c @implementation public func numa_hints_entry_v1() -> UnsafePointer<nh_entry> { entry }
