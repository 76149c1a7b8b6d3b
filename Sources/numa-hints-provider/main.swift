// SPDX-License-Identifier: Apache-2.0

import CIsolation
import Glibc

// numa-hints starts this program, with its own process id, what the process is left with (the bytes of addresses, the
// number of descriptors, 1 for few system calls, the account or nothing), and a socket at descriptor 3.
let numbers = CommandLine.arguments.dropFirst().prefix(4).compactMap { UInt64($0) }
guard CommandLine.arguments.count == 6, numbers.count == 4, let host = Int32(exactly: numbers[0]),
    let descriptors = UInt32(exactly: numbers[2])
else {
    complain("numa-hints starts this program for providers with isolation: process; it is of no use otherwise")
    exit(2)
}
let problem = unsafe CommandLine.arguments[5].withCString { user in
    var rights = unsafe isolation_rights(
        address_bytes: numbers[1], descriptors: descriptors, user: user, has_few_calls: numbers[3] != 0)
    return unsafe isolation_confine(host, &rights)
}
guard problem == 0 else {
    complain("it cannot give up its rights: \(unsafe strerror(problem).map { unsafe String(cString: $0) } ?? "")")
    exit(ProviderServer.lostSocket)
}
exit(ProviderServer().serve())
