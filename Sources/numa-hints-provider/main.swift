// SPDX-License-Identifier: Apache-2.0

import CIsolation
import Glibc

// numa-hints starts this program, with its own process id, the bytes of addresses and the number of descriptors that
// are allowed, and a socket at descriptor 3.
let numbers = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
guard CommandLine.arguments.count == 4, numbers.count == 3, let host = Int32(exactly: numbers[0]),
    let descriptors = UInt32(exactly: numbers[2])
else {
    complain("numa-hints starts this program for providers with isolation: process; it is of no use otherwise")
    exit(2)
}
let problem = isolation_confine(host, numbers[1], descriptors)
guard problem == 0 else {
    complain("it cannot give up its rights: \(unsafe strerror(problem).map { unsafe String(cString: $0) } ?? "")")
    exit(ProviderServer.lostSocket)
}
exit(ProviderServer().serve())
