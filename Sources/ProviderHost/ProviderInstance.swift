// SPDX-License-Identifier: Apache-2.0

import BorderMemory
import CNUMAHintsProvider
public import NUMACore

/// One instance of a provider, in this process, shown as a ``HintProvider``.
///
/// Every answer is held against the contract; what breaks it is a fault that names the provider, the call
/// and the rule. Calls must not overlap.
@safe public final class ProviderInstance: LastingProvider {
    public let id: String
    public let version: String
    public let summary: String
    /// Has no effects outside its books: its commit cannot fail, and needs no preparation that lasts.
    public let isBooksOnly: Bool
    /// The library that it came from.
    public let path: String
    /// The resources that it is asked for: what it claims without what it leaves to others.
    public var claims: [ResourceClaim] { view.claims }
    /// What it leaves to others, which claim it too, each with the id of the other.
    public private(set) var yielded: [(claim: ResourceClaim, to: String)] = []
    /// Leaves to another instance what both claim.
    let yields: Bool
    /// The resources that it does not answer for, but sees.
    public var observes: [ResourceClaim] { view.observes }
    /// What other instances of the host claim.
    public internal(set) var othersClaims: [ResourceClaim] {
        get { view.othersClaims }
        set { view.othersClaims = newValue }
    }
    private var view: ResourceView {
        didSet { lastRequest = nil }
    }
    let library: ProviderLibrary
    private let descriptor: ProviderLibrary.Descriptor
    let host: HostTable
    let table: UnsafePointer<nh_provider>
    var isStarted = false
    /// The request that it was shown last.
    private var lastRequest: LentRequest?
    /// The transaction in which it set something aside last.
    private var lastGiven: TransactionID?
    private var lastOutcome: (status: nh_status, rule: ContractRule?) = (nh_status(NH_OK), nil)
    /// The tables of extensions that it was asked for. What it offers does not change while it lives.
    var extensions: [String: UnsafeRawPointer?] = unsafe [:]
    // Those that an admission asks for.
    private(set) lazy var stockTable = unsafe self.table(of: NH_EXT_STOCK)
    private(set) lazy var memoryTable = unsafe self.table(of: NH_EXT_MEMORY)
    private(set) lazy var listsDevices = unsafe self.table(of: NH_EXT_DEVICES) != nil
    /// The number of changes at which its list had devices, and none with a group or a path.
    var plainSince: Int?

    /// Makes an instance. Without `start` it keeps books alone: a dry run.
    ///
    /// - Parameter settings: the provider's, as the text of a JSON object.
    convenience init(
        _ descriptor: ProviderLibrary.Descriptor, of library: ProviderLibrary, settings: String?,
        environment: ProviderEnvironment
    ) throws(NUMAHintsError) {
        do throws(OpeningProblem) {
            try self.init(stepwise: descriptor, of: library, settings: settings, environment: environment)
        } catch {
            throw error.error
        }
    }

    /// The same, which also says how far it got.
    package init(
        stepwise descriptor: ProviderLibrary.Descriptor, of library: ProviderLibrary, settings: String?,
        environment: ProviderEnvironment, style: HostStyle = HostStyle()
    ) throws(OpeningProblem) {
        id = descriptor.id
        version = descriptor.version
        summary = descriptor.summary
        isBooksOnly = descriptor.isBooksOnly
        yields = descriptor.yields
        path = library.path
        self.library = library
        self.descriptor = descriptor
        host = HostTable(provider: descriptor.id, settings: settings, environment: environment, style: style)
        var made: UnsafePointer<nh_provider>?
        let status = unsafe library.source.create(descriptor.id, host.pointer, &made)
        guard status == NH_OK, let table = unsafe made else {
            let why = host.takeReason()?.text ?? Self.meaning(of: status)
            throw OpeningProblem(
                .creating, NUMAHintsError(.provider, "\(descriptor.id): create failed: \(why)", file: library.path))
        }
        do throws(BrokenRule) {
            unsafe self.table = table
            view = try unsafe Self.names(in: table)
        } catch {
            unsafe Self.discard(table, host)
            throw OpeningProblem(
                error.rule == .table ? .table : .claims,
                NUMAHintsError(.provider, "\(descriptor.id): \(error.text)", file: library.path))
        }
    }

    /// Makes another instance of the same provider, with empty books of its own.
    ///
    /// - Parameter settings: its own, as the text of a JSON object.
    /// - Throws: of code `provider` if it does not come up with these settings in this environment.
    public func another(
        settings: String?, environment: ProviderEnvironment
    ) throws(NUMAHintsError) -> ProviderInstance {
        let made = try ProviderInstance(descriptor, of: library, settings: settings, environment: environment)
        made.othersClaims = othersClaims
        for (claim, other) in yielded { made.yield(claim, to: other) }
        return made
    }

    /// How its process fares, if it has one of its own.
    public var isolation: IsolationState? { unsafe library.source.isolation(of: table) }

    public var hearsGiven: Bool { library.source.hearsGiven }

    public func given(_ request: ResourceRequest) {
        guard request.concerns(view.isSeen) else { return }
        unsafe shown(request).lend { unsafe library.source.given($0, to: table) }
    }

    deinit {
        if isStarted { unsafe table.pointee.stop(table) }
        if unsafe BorderRecord.isSet(table, \.destroy) { unsafe table.pointee.destroy(table) }
    }

    // MARK: Calls

    public func hints(for request: ResourceRequest) throws(ProviderFailure) -> [ResourceAnswer] {
        let lent = shown(request)
        // Who would have nothing to say is not asked.
        guard !lent.expected.isEmpty else { return [] }
        do throws(ProviderFailure) { return try askHints(lent) } catch {
            guard isIgnored(error) else { throw error }
            return lent.expected.map { ResourceAnswer($0, .any) }
        }
    }

    private func askHints(_ lent: LentRequest) throws(ProviderFailure) -> [ResourceAnswer] {
        var collector = HintCollector(lent)
        let status = unsafe lent.lend { record in
            unsafe collector.collect { unsafe table.pointee.hints(table, record, $0) }
        }
        try check(status, "hints")
        let answers = collector.finish()
        if let rule = collector.brokenRule { throw fault("hints", rule) }
        return answers
    }

    public func prepare(
        _ transaction: TransactionID, _ request: ResourceRequest, _ placement: Placement
    ) throws(ProviderFailure) -> [Assignment] {
        do throws(ProviderFailure) {
            let given = try askPrepare(transaction, request, placement)
            lastGiven = transaction
            return given
        } catch {
            // What it gave before in this transaction went with its process.
            guard isIgnored(error), lastGiven != transaction else { throw error }
            return []
        }
    }

    private func askPrepare(
        _ transaction: TransactionID, _ request: ResourceRequest, _ placement: Placement
    ) throws(ProviderFailure) -> [Assignment] {
        let memory = host.style.memory()
        var collector = AssignmentCollector(view)
        let target = unsafe memory.placement(placement, view)
        let status = unsafe shown(request).lend { record in
            unsafe collector.collect {
                unsafe table.pointee.prepare(table, transaction.rawValue, record, target, $0)
            }
        }
        try check(status, "prepare")
        collector.check(against: request, cpus: host.usableCPUs, nodes: host.nodes)
        if let rule = collector.brokenRule { throw fault("prepare", rule) }
        return collector.assignments
    }

    public func release(_ transaction: TransactionID, _ holder: Holder) throws(ProviderFailure) {
        let lent = host.style.memory()
        try check(unsafe table.pointee.release(table, transaction.rawValue, lent.holder(holder)), "release")
    }

    public func commit(_ transaction: TransactionID) throws(ProviderFailure) {
        try check(unsafe table.pointee.commit(table, transaction.rawValue), "commit")
    }

    public func rollback(_ transaction: TransactionID) {
        unsafe table.pointee.rollback(table, transaction.rawValue)
    }

    public func restore(_ request: ResourceRequest) throws(ProviderFailure) {
        // Of a container of which it is shown nothing, it has nothing to learn.
        guard request.concerns(view.isSeen) else { return }
        try check(unsafe shown(request).lend { unsafe table.pointee.restore(table, $0) }, "restore")
    }

    /// Ends the restoring and the dry run: from now on commits change what is outside the books too.
    public func start() throws(ProviderFailure) {
        // The contract lets a stop follow a failure too.
        isStarted = true
        try check(unsafe table.pointee.start(table), "start")
    }

    public func started(_ container: Holder) {
        guard unsafe BorderRecord.isSet(table, \.started), let started = unsafe table.pointee.started else { return }
        let lent = host.style.memory()
        unsafe started(table, lent.holder(container))
    }

    /// Whether the host goes on without it, since its process ended.
    func isIgnored(_ failure: ProviderFailure) -> Bool {
        failure.reason.code == ProviderFailure.diedCode && library.source.ignoresFailures(of: id)
    }

    // MARK: What concerns it

    public func isClaimed(_ resource: ResourceName) -> Bool { view.isClaimed(resource) }

    /// Leaves a claim to another instance.
    func yield(_ claim: ResourceClaim, to other: String) {
        view.claims.removeAll { $0 == claim }
        yielded.append((claim, other))
    }

    /// Whether it claims the resource itself, whoever is asked for it.
    func isDeclared(_ resource: ResourceName) -> Bool {
        isClaimed(resource) || yielded.contains { $0.claim.covers(resource) }
    }

    /// The request as it is shown: to prepare it gets the one by which it was asked for hints, more often than not.
    private func shown(_ request: ResourceRequest) -> LentRequest {
        if let lastRequest, lastRequest.shows(request) { return lastRequest }
        // It is still looked at if this call comes within another, as none should.
        let memory = isKnownUniquelyReferenced(&lastRequest) ? lastRequest?.memory : nil
        memory?.takeBack()
        let lent = LentRequest(request, memory: memory ?? host.style.memory(), view)
        lastRequest = lent
        return lent
    }

    // MARK: Failures

    /// How the last call ended that can fail.
    package var lastStatus: Int32 { Int32(lastOutcome.status) }
    /// The rule that the last call with an answer broke, if it broke one.
    package var lastRule: ContractRule? { lastOutcome.rule }

    func check(_ status: nh_status, _ call: String) throws(ProviderFailure) {
        let reason = host.takeReason()
        lastOutcome = (status, nil)
        guard status != NH_OK else { return }
        let kind: ProviderFailure.Kind =
            switch Int(status) {
            case Int(NH_EXHAUSTED): .exhausted
            case Int(NH_UNSUPPORTED): .unsupported
            case Int(NH_IO): .io
            default: .fault
            }
        guard let reason else {
            throw ProviderFailure(
                kind, provider: id,
                reason: Reason("\(call) failed without a reason: \(Self.meaning(of: status))"))
        }
        throw ProviderFailure(kind, provider: id, reason: reason)
    }

    func fault(_ call: String, _ rule: String) -> ProviderFailure { fault(call, BrokenRule(rule)) }

    func fault(_ call: String, _ broken: BrokenRule) -> ProviderFailure {
        lastOutcome.rule = broken.rule
        return ProviderFailure(
            .fault, provider: id,
            reason: Reason(BorderRecord.printable("\(call) broke the contract: \(broken.text)"), code: "contract"))
    }

    static func meaning(of status: nh_status) -> String {
        switch Int(status) {
        case Int(NH_OK): "it reported success, but made nothing"
        case Int(NH_INVALID): "an argument breaks the contract (NH_INVALID)"
        case Int(NH_UNSUPPORTED): "not offered (NH_UNSUPPORTED)"
        case Int(NH_EXHAUSTED): "not enough is free (NH_EXHAUSTED)"
        case Int(NH_NOT_FOUND): "nothing of that name (NH_NOT_FOUND)"
        case Int(NH_BAD_ORDER): "called in a state that does not allow it (NH_BAD_ORDER)"
        case Int(NH_IO): "the operating system or the hardware refused (NH_IO)"
        case Int(NH_NO_MEMORY): "out of memory (NH_NO_MEMORY)"
        default: "internal fault (status \(status))"
        }
    }
}
