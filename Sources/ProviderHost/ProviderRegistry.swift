// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// The providers that were opened, and the libraries that were refused.
public final class ProviderRegistry {
    /// A library, or a provider in one, that is not used, and why.
    public struct RefusedProvider: Hashable, Sendable {
        public var path: String
        /// The provider's id, if the library got that far.
        public var id: String?
        /// One line: what is wrong and what would be right.
        public var reason: String
    }

    /// In the order in which they are asked: first those that stand for the kubelet's managers, in its
    /// order (devices, CPU, memory, huge pages), then the others as they were opened.
    public let providers: [ProviderInstance]
    public let refused: [RefusedProvider]
    /// The libraries that were to be opened, in that order.
    public let libraries: [String]

    private static let kubeletOrder = ["devices", "pci", "sriov", "cpu", "memory", "hugepages"].map {
        "org.numa-hints.\($0)"
    }

    /// Opens libraries and makes an instance of each provider in them.
    ///
    /// - Parameter settings: by provider id, as the text of a JSON object.
    public convenience init(
        opening libraries: [String], settings: [String: String], environment: ProviderEnvironment
    ) {
        self.init(opening: libraries, settings: settings, environment: environment, by: LibraryLoader())
    }

    /// The same, with libraries that are opened by something else.
    package init(
        opening libraries: [String], settings: [String: String], environment: ProviderEnvironment,
        by opener: any ProviderOpener
    ) {
        self.libraries = libraries
        var opened: [ProviderInstance] = []
        var refused: [RefusedProvider] = []
        for path in libraries {
            do throws(NUMAHintsError) {
                let library = try ProviderLibrary(try opener.open(path))
                for descriptor in library.descriptors {
                    do throws(NUMAHintsError) {
                        let instance = try ProviderInstance(
                            descriptor, of: library, settings: settings[descriptor.id],
                            environment: environment)
                        try Self.settleClaims(of: instance, among: opened)
                        opened.append(instance)
                    } catch {
                        refused.append(RefusedProvider(path: library.path, id: descriptor.id, reason: error.message))
                    }
                }
            } catch {
                refused.append(RefusedProvider(path: error.file ?? path, reason: error.message))
            }
        }
        func rank(_ id: String) -> Int { Self.kubeletOrder.firstIndex(of: id) ?? Self.kubeletOrder.count }
        providers = opened.enumerated()
            .sorted { (rank($0.element.id), $0.offset) < (rank($1.element.id), $1.offset) }
            .map(\.element)
        for instance in providers {
            instance.othersClaims = providers.filter { $0 !== instance }.flatMap(\.claims)
        }
        self.refused = refused
    }

    /// Sees to it that each resource is claimed once: who yields leaves it to the other.
    private static func settleClaims(of instance: ProviderInstance, among opened: [ProviderInstance])
        throws(NUMAHintsError)
    {
        for other in opened {
            if other.id == instance.id {
                throw NUMAHintsError(.provider, "\(instance.id) is already provided by \(other.path)")
            }
            guard !instance.yields, !other.yields, let (claim, taken) = overlap(instance, other) else { continue }
            let what = taken == claim ? "\(claim)" : "\(claim) and \(taken)"
            throw NUMAHintsError(.provider, "both \(other.id) (\(other.path)) and \(instance.id) claim \(what)")
        }
        for other in opened {
            while let (claim, taken) = overlap(instance, other) {
                if instance.yields { instance.yield(claim, to: other.id) } else { other.yield(taken, to: instance.id) }
            }
        }
    }

    private static func overlap(
        _ one: ProviderInstance, _ other: ProviderInstance
    ) -> (ResourceClaim, ResourceClaim)? {
        for claim in one.claims {
            if let taken = other.claims.first(where: { $0.overlaps(claim) }) { return (claim, taken) }
        }
        return nil
    }
}
