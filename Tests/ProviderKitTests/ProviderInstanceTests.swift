// SPDX-License-Identifier: Apache-2.0

import CNUMAHintsProvider
import NUMACore
import Testing

@testable import ProviderKit

@Suite("ProviderInstance")
struct ProviderInstanceTests {
    private let card = "example.org/card"

    @Test("records of a host with a longer header", arguments: [0, 8, 64])
    func longer(_ bytes: Int) throws {
        let host = KitHost(CardProvider.self, extraBytes: bytes)
        #expect(host.status == NH_OK)
        #expect(unsafe host.hints(host.request(card, 2, extraBytes: bytes), extraBytes: bytes) == NH_OK)
        #expect(host.received == ["capacity 2"])
        let prepared = unsafe host.prepare(
            1, host.request(card, 3, extraBytes: bytes), on: [1], extraBytes: bytes)
        #expect(prepared == NH_OK)
        #expect(host.received == ["piece c0", "piece c2", "piece c3"])
        host.destroy()
    }

    @Test("a piece of a host with a shorter header: what it does not know counts as absent")
    func shorter() throws {
        let host = KitHost(CardProvider.self)
        let piece = Assignment("example.org/card", .device(id: "c2", nodes: [1]), takenFrom: "i")
        for cut in [8, 16, 24, 32, 40] {
            let short = unsafe host.assignment(piece, extraBytes: -cut)
            let read = unsafe try Assignment(lent(short))
            #expect(read?.piece == piece.piece)
            #expect(read?.takenFrom == nil)
        }
        let held = unsafe host.assignment(piece, extraBytes: -40)
        let table = unsafe try #require(host.provider)
        #expect(unsafe table.pointee.restore(table, host.request(card, 1, held: [held])) == NH_OK)
        #expect(unsafe host.prepare(1, host.request(card, 1), on: [0]) == NH_OK)
        #expect(host.received == ["piece c2"])
        host.destroy()
    }

    @Test("a record too short to mean anything is refused, and why is said", arguments: [16, 32, 48])
    func tooShort(_ cut: Int) throws {
        let host = KitHost(CardProvider.self)
        #expect(unsafe host.hints(host.request(card, 1, extraBytes: -cut)) == NH_INVALID)
        #expect(host.reason?.contains("at least 64 is needed") == true)
        host.destroy()
    }

    @Test("claims and what is observed are on the instance")
    func claims() throws {
        let host = KitHost(CardProvider.self)
        let table = unsafe try #require(host.provider)
        #expect(unsafe table.pointee.claims[0].map { unsafe text($0) } == card)
        #expect(unsafe table.pointee.claims[1] == nil)
        #expect(unsafe table.pointee.observes?[0].map { unsafe text($0) } == "example.org/slot")
        #expect(unsafe table.pointee.started == nil)
        host.destroy()
    }

    @Test("errors become a status and a reason")
    func errors() throws {
        let wrong = KitHost(CardProvider.self, settings: #"{"wrod": 1}"#)
        #expect(wrong.status == NH_INVALID)
        #expect(wrong.reason == #"settings has an unknown member "wrod"; known are word"#)
        let surprise = KitHost(CardProvider.self, settings: #"{"word": "surprise"}"#)
        #expect(surprise.status == NH_INTERNAL)
        #expect(surprise.reason == "unexpected error: Surprise()")
        let host = KitHost(CardProvider.self)
        #expect(unsafe host.prepare(1, host.request(card, 5), on: [0]) == NH_EXHAUSTED)
        #expect(host.reason == "node 0 has 2, node 1 has 2 free example.org/card, 5 requested")
        #expect(host.log == ["prepares app"])
        #expect(unsafe host.prepare(0, host.request(card, 1), on: [0]) == NH_INVALID)
        host.destroy()
    }

    @Test("transactions: one at a time, undone by rollback, lasting by commit")
    func transactions() throws {
        let host = KitHost(CardProvider.self)
        let table = unsafe try #require(host.provider)
        #expect(unsafe host.prepare(1, host.request(card, 2), on: [0]) == NH_OK)
        #expect(unsafe host.prepare(2, host.request(card, 2), on: [0]) == NH_BAD_ORDER)
        unsafe table.pointee.rollback(table, 9)
        #expect(unsafe host.prepare(1, host.request(card, 3), on: [0]) == NH_INVALID)
        unsafe table.pointee.rollback(table, 1)
        #expect(unsafe host.prepare(3, host.request(card, 3), on: [0]) == NH_OK)
        #expect(unsafe table.pointee.commit(table, 8) == NH_OK)
        #expect(unsafe table.pointee.commit(table, 3) == NH_OK)
        unsafe table.pointee.rollback(table, 3)
        #expect(unsafe host.prepare(4, host.request(card, 3), on: [0]) == NH_OK)
        #expect(host.received == ["piece c0", "piece c1", "piece c2"])
        host.destroy()
    }

    @Test("extensions: stock and devices in order, others not there")
    func extensions() throws {
        let host = KitHost(CardProvider.self)
        let table = unsafe try #require(host.provider)
        let ask = unsafe try #require(table.pointee.extension)
        #expect(unsafe ask(table, "com.example.thing/1") == nil)
        let stocks = unsafe try #require(ask(table, NH_EXT_STOCK)).assumingMemoryBound(to: nh_stocks.self)
        let data = unsafe Unmanaged.passUnretained(host).toOpaque()
        _ = unsafe stocks.pointee.each(
            table,
            { data, stock in
                let nodes = unsafe NUMANodeMask(stock.pointee.nodes).list
                unsafe KitHost.of(data)?.received.append(
                    "\(nodes): \(stock.pointee.free) of \(stock.pointee.total)")
                return true
            }, data)
        #expect(host.received == ["0: 2 of 2", "1: 2 of 2"])
        host.received = []
        let devices = unsafe try #require(ask(table, NH_EXT_DEVICES)).assumingMemoryBound(to: nh_devices.self)
        _ = unsafe devices.pointee.each(
            table,
            { data, device in
                let host = unsafe KitHost.of(data)
                unsafe host?.received.append(text(device.pointee.id))
                return (host?.received.count ?? 0) < 3
            }, data)
        #expect(host.received == ["c0", "c1", "c2"])
        host.destroy()
    }
}
