// SPDX-License-Identifier: Apache-2.0

/// The combinations of so many elements, in the order of the elements.
struct Combinations: Sequence, IteratorProtocol {
    private let elements: [Int]
    private var places: [Int]
    private var isFirst = true

    init(of elements: [Int], count: Int) {
        self.elements = elements
        places = Array(0..<Swift.max(0, count))
    }

    mutating func next() -> [Int]? {
        let count = places.count
        guard count >= 1, count <= elements.count else { return nil }
        if isFirst {
            isFirst = false
        } else {
            var place = count - 1
            while place >= 0, places[place] == elements.count - count + place { place -= 1 }
            guard place >= 0 else { return nil }
            places[place] += 1
            for later in stride(from: place + 1, to: count, by: 1) { places[later] = places[later - 1] + 1 }
        }
        return places.map { elements[$0] }
    }
}
