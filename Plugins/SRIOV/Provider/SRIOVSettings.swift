// SPDX-License-Identifier: Apache-2.0

public import ProviderKit
import SystemFiles

/// The settings of the SR-IOV provider: the pools of the SR-IOV network device plugin, here or in its own file.
///
///     {"resourceList": [{"resourceName": "dpdk", "selectors": {"pfNames": ["ens1f0#0-3"], "drivers": ["vfio-pci"]}}]}
///     {"config": "/etc/pcidp/config.json", "offerDown": false, "pollSeconds": 5}
public struct SRIOVSettings: Hashable, Sendable {
    public var pools: [NetworkPool]
    /// Virtual functions are given also while the interface of their physical one is down.
    public var offersDown: Bool
    /// Does as the kubelet where it is at fault; docs/kubelet-differences.md says where.
    public var imitatesKubelet: Bool
    /// How old what is known of the devices may be when a running host asks, in seconds.
    public var pollSeconds: UInt64
    /// Members of the pools that are not known; the device plugin passes them over too.
    public var unknown: [String]

    /// What an object says.
    public init(_ object: SettingsObject) throws(ProviderError) {
        try object.allow(["compat", "config", "offerDown", "pollSeconds", "resourceList", "resourcePrefix"])
        offersDown = try object.bool("offerDown") ?? false
        imitatesKubelet = try object.word("compat", of: ["none", "kubelet"]) == "kubelet"
        pollSeconds = try object.number("pollSeconds") ?? 5
        // What the device plugin is told by its option -resource-prefix.
        let prefix = try object.string("resourcePrefix") ?? "intel.com"
        var configuration = ResourceList()
        if let path = try object.string("config") {
            guard !object.has("resourceList") else {
                throw .setting("\(object.path) has both \"config\" and \"resourceList\": give one")
            }
            // Of the running system, whatever machine is looked at.
            guard let text = SystemFiles(root: "").text(path, limit: 1 << 20) else {
                throw .setting("\(object.path).config names \(path), which cannot be read")
            }
            configuration = try ResourceList(SettingsObject(text: text, place: path), prefix: prefix)
        } else if object.has("resourceList") {
            configuration = try ResourceList(object, prefix: prefix)
        }
        pools = configuration.pools
        unknown = configuration.unknown
    }
}
