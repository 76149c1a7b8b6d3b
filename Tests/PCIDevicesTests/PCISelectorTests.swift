// SPDX-License-Identifier: Apache-2.0

import NUMACore
import PCIDevices
import ProviderKit
import Testing

@Suite("PCISelector")
struct PCISelectorTests {
    private func function(
        _ address: String, class code: UInt32, vendor: UInt16 = 0x10de, driver: String? = nil
    ) -> PCIFunction {
        PCIFunction(
            Device(
                address: address, classCode: code, vendor: vendor, device: 0x20b0, locality: .unknown, driver: driver))
    }

    private func selector(_ text: String) throws -> PCISelector {
        try PCISelector(SettingsObject(text: text))
    }

    @Test("every member that is given has to agree")
    func members() throws {
        let gpu = function("0000:3b:00.0", class: 0x030200, driver: "nvidia")
        for (text, isMeant) in [
            (#"{"vendors": ["10de"], "classes": ["0300", "0302"]}"#, true),
            (#"{"vendors": ["10DE"], "devices": ["20b0"], "drivers": ["nvidia"]}"#, true),
            (#"{"vendors": ["1002"]}"#, false), (#"{"devices": ["20b1"]}"#, false), (#"{"classes": ["03"]}"#, true),
            (#"{"classes": ["0300"]}"#, false), (#"{"classes": ["030200"]}"#, true), (#"{"drivers": ["none"]}"#, false),
            (#"{"addresses": ["0000:3b:00.0"]}"#, true), (#"{"addresses": ["0000:3c:00.0"]}"#, false),
            (#"{"subsystems": ["0000:0000"]}"#, true), (#"{"subsystems": ["10de:1463"]}"#, false),
        ] {
            #expect(try selector(text).matches(gpu, beside: []) == isMeant, "\(text)")
        }
        #expect(try selector(#"{"drivers": ["none"]}"#).matches(function("0000:3b:00.0", class: 0x030200), beside: []))
    }

    @Test("bridges, and the sound and USB of a graphics card, are meant only by name")
    func sideFunctions() throws {
        let card = [
            function("0000:01:00.0", class: 0x030000), function("0000:01:00.1", class: 0x040300),
            function("0000:01:00.2", class: 0x0c0330), function("0000:02:00.0", class: 0x068000),
            function("0000:03:00.0", class: 0x040300),
        ]
        let displays = PCISelector.displays(among: card)
        func meant(_ text: String) throws -> [String] {
            let selector = try selector(text)
            return card.filter { selector.matches($0, beside: displays) }.map(\.address)
        }
        #expect(try meant(#"{"vendors": ["10de"]}"#) == ["0000:01:00.0", "0000:03:00.0"])
        #expect(try meant(#"{"vendors": ["10de"], "classes": ["06"]}"#) == ["0000:02:00.0"])
        #expect(try meant(#"{"addresses": ["0000:01:00.1"]}"#) == ["0000:01:00.1"])
    }

    @Test(
        "what is not well formed is named",
        arguments: [
            (#"{"vendors": ["10dex"]}"#, "settings.vendors[0] must be a vendor like \"10de\", found \"10dex\""),
            (#"{"devices": ["+123"]}"#, "settings.devices[0] must be a device like \"20b0\", found \"+123\""),
            (
                #"{"classes": ["030"]}"#,
                "settings.classes[0] must be 2, 4 or 6 digits of a class like \"0302\", found \"030\""
            ),
            (
                #"{"addresses": ["3b:00.0"]}"#,
                "settings.addresses[0] must be an address like \"0000:3b:00.0\", found \"3b:00.0\""
            ),
            (
                #"{"subsystems": ["10de"]}"#,
                "settings.subsystems[0] must be vendor and device of a board like \"10de:1463\", found \"10de\""
            ),
            (#"{"drivers": "nvidia"}"#, "settings.drivers must be a list, found the string \"nvidia\""),
        ])
    func malformed(text: String, message: String) {
        let error = #expect(throws: ProviderError.self) { try selector(text) }
        #expect(error?.reason.text == message)
    }

    @Test(
        "addresses are read strictly",
        arguments: [
            "", "0000:3b:00", "0000:3b:00.8", "0000:3b:20.0", "0000:3b:0.0", "3b:00.0", "0000:3b:00.0 ", "+000:3b:00.0",
            "0000:3b:00.0.0", "fffffffff:00:00.0", "ffffffff:00:00.0",
        ])
    func addresses(text: String) {
        #expect(PCIAddress(text) == nil)
    }

    @Test("an address is written as it was read, and orders by number")
    func order() throws {
        for text in ["0000:3b:00.0", "10000:e1:1f.7", "7fffffff:ff:1f.7"] {
            #expect(PCIAddress(text)?.description == text)
        }
        let (near, far) = (try #require(PCIAddress("ffff:00:00.0")), try #require(PCIAddress("10000:00:00.0")))
        #expect(near < far)
    }
}
