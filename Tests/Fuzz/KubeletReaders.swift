// SPDX-License-Identifier: Apache-2.0

import KubeletLog
import KubernetesFormats
import NUMACore

/// What libFuzzer calls: the first byte says which reader the others are for.
///
/// Source: https://llvm.org/docs/LibFuzzer.html
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: size))
    guard let kind = input.first else { return 0 }
    let bytes = Array(input.dropFirst())
    do throws(NUMAHintsError) {
        switch kind % 5 {
        case 0: use(KubeletState(cpu: try CPUManagerCheckpoint(bytes: bytes, file: "fuzz")))
        case 1: use(KubeletState(memory: try MemoryManagerCheckpoint(bytes: bytes, file: "fuzz")))
        case 2: use(KubeletState(devices: try DeviceManagerCheckpoint(bytes: bytes, file: "fuzz")))
        case 3: _ = try DeviceAllocation(bytes: bytes)
        default: log(bytes)
        }
    } catch {
        // One line, whatever is in the file.
        precondition(!error.description.contains(where: \.isNewline))
    }
    return 0
}

private func use(_ state: KubeletState) {
    let problems = state.problems
    precondition(problems.allSatisfy { !"\($0)".contains(where: \.isNewline) })
    _ = state.cpu?.bytes
    _ = state.memory?.bytes
    _ = state.devices?.bytes
}

private func log(_ bytes: [UInt8]) {
    var reader = KubeletLogReader()
    let middle = bytes.count / 2
    let decisions = reader.take(Array(bytes[..<middle])) + reader.take(Array(bytes[middle...])) + reader.finish()
    for decision in decisions {
        precondition(decision.firstLine <= decision.lastLine && decision.lastLine <= reader.lineCount)
        _ = DecisionRedo(KnownSettings(), stepLimit: 2_000).review(decision)
    }
}
