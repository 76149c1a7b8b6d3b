// SPDX-License-Identifier: Apache-2.0

import JSONWriting

// The members of each report, as its `Encodable` has them, in ascending order.

extension ExplanationReport.CauseReport: CompactJSONValue {
    func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("facts", facts)
            $0.add("holdings", holdings)
            $0.add("shortages", shortages)
            $0.add("text", text)
        }
    }
}

extension ExplanationReport.HoldingReport: CompactJSONValue {
    func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("amount", amount)
            $0.add("holder", holder)
            $0.add("nodes", nodes)
            $0.add("resource", resource)
            $0.add("uid", uid)
        }
    }
}

extension ExplanationReport.ShortageReport: CompactJSONValue {
    func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("nodes", nodes)
            $0.add("requested", requested)
            $0.add("resource", resource)
            $0.add("sufficientNodes", sufficientNodes)
        }
    }
}

extension ExplanationReport.CauseFactReport: CompactJSONValue {
    func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("exact", ifPresent: exact)
            $0.add("free", ifPresent: free)
            $0.add("hints", ifPresent: hints)
            $0.add("hintsComplete", ifPresent: hintsComplete)
            $0.add("kind", kind)
            $0.add("narrowest", ifPresent: narrowest)
            $0.add("nodes", ifPresent: nodes)
            $0.add("requested", ifPresent: requested)
            $0.add("resource", resource)
            $0.add("text", ifPresent: text)
            $0.add("total", ifPresent: total)
        }
    }
}

extension ExplanationReport.NearnessReport: CompactJSONValue {
    func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("among", among)
            $0.add("cliques", cliques)
            $0.add("container", container)
            $0.add("pairs", pairs)
            $0.add("regret", regret)
            $0.add("remarks", remarks)
        }
    }
}

extension ExplanationReport.PairReport: CompactJSONValue {
    func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("devices", devices)
            $0.add("proximity", proximity)
        }
    }
}

extension ExplanationReport.DeviceReport: CompactJSONValue {
    func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("id", id)
            $0.add("resource", resource)
        }
    }
}

extension ExplanationReport.AmongReport: CompactJSONValue {
    func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("pairs", pairs)
            $0.add("proximity", proximity)
            $0.add("resource", resource)
        }
    }
}

extension ExplanationReport.CliqueReport: CompactJSONValue {
    func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("group", group)
            $0.add("resource", resource)
            $0.add("root", root)
            $0.add("size", size)
            $0.add("taken", taken)
            $0.add("usable", usable)
        }
    }
}

extension ExplanationReport.ChangeReport: CompactJSONValue {
    func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("container", ifPresent: container)
            $0.add("frees", ifPresent: frees)
            $0.add("from", ifPresent: from)
            $0.add("kind", kind)
            $0.add("more", ifPresent: more)
            $0.add("name", ifPresent: name)
            $0.add("node", ifPresent: node)
            $0.add("nodes", nodes)
            $0.add("on", ifPresent: on)
            $0.add("preferred", preferred)
            $0.add("resource", ifPresent: resource)
            $0.add("text", text)
            $0.add("to", ifPresent: to)
            $0.add("uid", ifPresent: uid)
            $0.add("value", ifPresent: value)
        }
    }
}

extension ExplanationReport.SlackReport: CompactJSONValue {
    func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("container", container)
            $0.add("most", most)
            $0.add("requested", requested)
            $0.add("resource", resource)
        }
    }
}
