// SPDX-License-Identifier: Apache-2.0

import Enforcement
import NUMACore
import Testing

/// When a device is not where it was given.
@Suite("Places of devices")
struct DevicePlaceTests {
    @Test(
        "a node that was promised, and what is known now",
        arguments: [
            ([0], .at(.nodes([0])), false, "x/gpu a is on node 0 now, admitted on node 0"),
            ([0], .at(.nodes([1])), true, "x/gpu a is on node 1 now, admitted on node 0"),
            ([0], .at(.nodes([0, 1])), true, "x/gpu a is on nodes 0-1 now, admitted on node 0"),
            ([0], .at(.unknown), true, "x/gpu a is on no known node now, admitted on node 0"),
            ([0], .at(.nodes([])), true, "x/gpu a is on no known node now, admitted on node 0"),
            ([0], .at(.any), false, "x/gpu a is near to every node, admitted on node 0"),
            ([0], .gone, true, "x/gpu a is gone, admitted on node 0"),
            ([0], .untold, false, "x/gpu a is listed by nobody, admitted on node 0"),
            ([], .at(.nodes([1])), false, "x/gpu a is on node 1 now"),
            ([], .at(.unknown), false, "x/gpu a is on no known node now"), ([], .gone, true, "x/gpu a is gone"),
        ] as [(NUMANodeMask, DevicePlace.Now, Bool, String)])
    func cases(admitted: NUMANodeMask, now: DevicePlace.Now, isDrift: Bool, text: String) {
        let place = DevicePlace("x/gpu", "a", admitted: admitted, now: now)
        #expect(place.isDrift == isDrift && place.text == text)
    }
}
