// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// What changed on a node, as data: what a watch by those who embed this is told.
public struct ChangeReport: Encodable, Sendable {
    private var schemaVersion = 1
    /// `came`, `gone`, `failed`, `recovered` of a device; `admitted` or `released` of a pod; `machine`; `problem` where looking
    /// failed.
    private var event: String
    /// One line for people.
    private var text: String
    /// Of a pod: its namespace and name; null of all else.
    @Null private var pod: String?
    /// Of a pod; null of all else.
    @Null private var uid: String?
    /// Of a device; null of all else.
    @Null private var resource: String?
    /// Of a device; null of all else.
    @Null private var device: String?

    /// - Parameters:
    ///   - pod: its namespace and name, where it is a pod.
    ///   - resource: where it is a device.
    public init(
        event: String, text: String, pod: String? = nil, uid: String? = nil, resource: ResourceName? = nil,
        device: String? = nil
    ) {
        self.event = event
        self.text = text
        _pod = Null(wrappedValue: pod)
        _uid = Null(wrappedValue: uid)
        _resource = Null(wrappedValue: resource?.rawValue)
        _device = Null(wrappedValue: device)
    }
}
