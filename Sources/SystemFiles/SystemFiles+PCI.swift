// SPDX-License-Identifier: Apache-2.0

extension SystemFiles {
    /// The numbers of a physical function's virtual ones, by address: what its links `virtfnN` say.
    ///
    /// - Parameter folder: the physical function's, below /sys/bus/pci/devices.
    public func virtualFunctions(in folder: String) -> [String: Int] {
        var numbers: [String: Int] = [:]
        for name in names(in: folder) where name.hasPrefix("virtfn") {
            guard let number = Int(name.dropFirst(6)), let address = linkName("\(folder)/\(name)") else { continue }
            numbers[address] = number
        }
        return numbers
    }
}
