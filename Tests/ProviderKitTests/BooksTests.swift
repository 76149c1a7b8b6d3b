// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderKit
import Testing

@Suite("Books")
struct BooksTests {
    private struct Failure: Error {}
    private let one = TransactionID(rawValue: 1)
    private let two = TransactionID(rawValue: 2)

    @Test("a rollback puts back what was before the first change")
    func rollback() throws {
        var books = Books([1])
        try books.change(in: one) { $0.append(2) }
        try books.change(in: one) { $0.append(3) }
        #expect(books.current == [1, 2, 3])
        books.rollback(two)
        #expect(books.current == [1, 2, 3])
        books.rollback(one)
        #expect(books.current == [1])
    }

    @Test("a failing change leaves the transaction as it was")
    func failure() throws {
        var books = Books([1])
        #expect(throws: Failure.self) {
            try books.change(in: one) {
                $0.append(2)
                throw Failure()
            }
        }
        #expect(books.transaction == nil)
        try books.change(in: one) { $0.append(3) }
        #expect(throws: Failure.self) { try books.commit(one) { _ in throw Failure() } }
        #expect(books.transaction == one)
        books.commit(one)
        books.rollback(one)
        #expect(books.current == [1, 3])
    }

    @Test("a step of restoring that fails leaves those before it, and no more")
    func restoring() throws {
        var books = Books([1])
        try books.change { $0.append(2) }
        try books.restore { $0.append(3) }
        for _ in 0..<2 {
            #expect(throws: Failure.self) {
                try books.restore {
                    $0 = []
                    throw Failure()
                }
            }
            #expect(books.current == [1, 2, 3])
        }
        try books.restore { $0.append(4) }
        #expect(books.current == [1, 2, 3, 4])
        try books.change(in: one) { $0.append(5) }
        books.rollback(one)
        #expect(throws: Failure.self) { try books.restore { _ in throw Failure() } }
        #expect(books.current == [1, 2, 3, 4])
    }

    @Test("one transaction at a time, and never number 0")
    func order() throws {
        var books = Books([1])
        try books.change(in: one) { $0.append(2) }
        #expect(throws: ProviderError.self) { try books.change(in: two) { $0.append(3) } }
        #expect(throws: ProviderError.self) {
            try books.change(in: TransactionID(rawValue: 0)) { $0.append(3) }
        }
        #expect(books.current == [1, 2])
    }
}
