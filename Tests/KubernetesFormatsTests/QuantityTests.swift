// SPDX-License-Identifier: Apache-2.0

import KubernetesFormats
import TestSupport
import Testing

@Suite struct QuantityTests {
    @Test(
        "quantities as Kubernetes counts them",
        arguments: [
            ("0", 0, 0), ("-0", 0, 0), ("+4", 4, 4000), ("4", 4, 4000), ("4.", 4, 4000), (".5", 1, 500),
            ("0.5", 1, 500), ("1500m", 2, 1500), ("1m", 1, 1), ("0.0001", 1, 1), ("100u", 1, 1),
            ("1n", 1, 1), ("1000000n", 1, 1), ("1000001n", 1, 2), ("2k", 2000, 2_000_000),
            ("1M", 1_000_000, 1_000_000_000), ("1G", 1_000_000_000, 1_000_000_000_000),
            ("1Ki", 1024, 1_024_000), ("1.5Ki", 1536, 1_536_000), ("0.1Ki", 103, 102_400),
            ("16Gi", 17_179_869_184, 17_179_869_184_000), ("1Ti", 1_099_511_627_776, 1_099_511_627_776_000),
            ("12e6", 12_000_000, 12_000_000_000), ("12E6", 12_000_000, 12_000_000_000),
            ("1e-3", 1, 1), ("1e+3", 1000, 1_000_000), ("15e-1", 2, 1500), ("007", 7, 7000),
            ("100000000e-8", 1, 1000), ("0.000000000000000000000000000001", 1, 1), ("0e99999999999", 0, 0),
            ("1e-99999", 1, 1),
        ] as [(String, UInt64, UInt64)])
    func value(_ text: String, _ value: UInt64, _ milli: UInt64) {
        let quantity = Quantity(text)
        #expect(quantity?.value == value)
        #expect(quantity?.milliValue == milli)
    }

    @Test(
        "the largest numbers",
        arguments: [
            ("9223372036854775807", UInt64(Int64.max)), ("9223372036854775806.5", UInt64(Int64.max)),
            ("9223372036854775807.5", nil), ("9223372036854775808", nil), ("7Ei", 7 << 60), ("8Ei", nil),
            ("7.99999Ei", 9_223_360_507_639_729_740), ("9E", 9_000_000_000_000_000_000), ("10E", nil),
            ("1e18", 1_000_000_000_000_000_000), ("1e19", nil), ("1e99999", nil), ("1e9999999999", nil),
            ("99999999999999999999999999", nil), ("18446744073709551615", nil), ("-1", nil),
        ] as [(String, UInt64?)])
    func limits(_ text: String, _ value: UInt64?) {
        #expect(Quantity(text) != nil)
        #expect(Quantity(text)?.value == value)
    }

    @Test(
        "what is no quantity",
        arguments: [
            "", " ", "+", "-", ".", "e3", "m", "Ki", "1 ", " 1", "1 Gi", "1gi", "1GiB", "1GB", "1K", "1KI",
            "1mi", "1e", "1e1.5", "1e3Ki", "1Kim", "--1", "+-1", "1.2.3", "0x10", "1_000", "1,5", "NaN",
            "inf",
            "١", "1e99999999999999999999", "4 cores", "\u{0}", String(repeating: "9", count: 300),
        ])
    func none(_ text: String) {
        #expect(Quantity(text) == nil)
    }

    @Test("signs and wholeness")
    func signs() {
        #expect(Quantity("-1")?.isNegative == true)
        #expect(Quantity("-0.0")?.isNegative == false)
        #expect(Quantity("-0.0")?.isZero == true)
        #expect(Quantity("1000m")?.isWhole == true)
        #expect(Quantity("1500m")?.isWhole == false)
        #expect(Quantity("1.5Ki")?.isWhole == true)
        #expect(Quantity("0.1Ki")?.isWhole == false)
    }

    @Test("generated quantities agree with fractions of 128 bits")
    func generated() {
        var random = SeededGenerator(seed: TestEnvironment.seed)
        let suffixes: [(String, UInt128, UInt128)] = [
            ("", 1, 1), ("n", 1, 1_000_000_000), ("u", 1, 1_000_000), ("m", 1, 1000), ("k", 1000, 1),
            ("M", 1_000_000, 1), ("G", 1_000_000_000, 1), ("T", 1_000_000_000_000, 1),
            ("P", 1_000_000_000_000_000, 1), ("E", 1_000_000_000_000_000_000, 1), ("Ki", 1 << 10, 1),
            ("Mi", 1 << 20, 1), ("Gi", 1 << 30, 1), ("Ti", 1 << 40, 1), ("Pi", 1 << 50, 1),
            ("Ei", 1 << 60, 1), ("e7", 10_000_000, 1), ("E-7", 1, 10_000_000), ("e+0", 1, 1),
        ]
        for _ in 0..<TestEnvironment.cases(20_000) {
            let whole =
                UInt64.random(in: 0..<100_000, using: &random) >> UInt64.random(in: 0..<16, using: &random)
            let places = Int.random(in: 0...6, using: &random)
            let power = (0..<places).reduce(UInt128(1)) { value, _ in value * 10 }
            let fraction = UInt64.random(in: 0..<UInt64(power), using: &random)
            let digits = String(String(UInt64(power) + fraction).dropFirst())
            let (suffix, multiplier, divisor) = suffixes[Int.random(in: 0..<suffixes.count, using: &random)]
            let text = "\(whole)" + (places == 0 ? "" : ".\(digits)") + suffix
            let numerator = (UInt128(whole) * power + UInt128(fraction)) * multiplier
            func rounded(_ factor: UInt128) -> UInt64? {
                let below = power * divisor
                let value = (numerator * factor + below - 1) / below
                return value <= UInt128(Int64.max) ? UInt64(value) : nil
            }
            let quantity = Quantity(text)
            let agrees = quantity?.value == rounded(1) && quantity?.milliValue == rounded(1000)
            #expect(agrees, "\(text), seed \(TestEnvironment.seed)")
        }
    }
}
