// SPDX-License-Identifier: Apache-2.0

public import JSONWriting

// The members of each report, as its `Encodable` has them, in ascending order.

extension ExplanationReport: CompactJSONValue {
    public func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("pods", pods)
            $0.add("schemaVersion", schemaVersion)
            $0.add("time", ifPresent: time)
            $0.add("warnings", warnings)
        }
    }
}

extension ExplanationReport.PodReport: CompactJSONValue {
    func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("admit", admit)
            $0.add("allocations", allocations)
            $0.add("changes", changes)
            $0.add("kubelet", kubelet)
            $0.add("name", name)
            $0.add("namespace", namespace)
            $0.add("nearness", nearness)
            $0.add("policy", policy)
            $0.add("qosClass", qosClass)
            $0.add("refusal", refusal)
            $0.add("scope", scope)
            $0.add("semantics", semantics)
            $0.add("slack", slack)
            $0.add("uid", uid)
            $0.add("units", units)
            $0.add("warnings", warnings)
        }
    }
}

extension ExplanationReport.KubeletReport: CompactJSONValue {
    func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("admit", admit)
            $0.add("allocations", allocations)
            $0.add("refusal", refusal)
        }
    }
}

extension ExplanationReport.RefusalReport: CompactJSONValue {
    func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("code", code)
            $0.add("container", container)
            $0.add("facts", facts)
            $0.add("kind", kind)
            $0.add("reason", reason)
        }
    }
}

extension ExplanationReport.FactReport: CompactJSONValue {
    func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("key", key)
            $0.add("value", value)
        }
    }
}

extension ExplanationReport.UnitReport: CompactJSONValue {
    func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("cause", cause)
            $0.add("container", container)
            $0.add("merged", merged)
            $0.add("resources", resources)
            $0.add("witness", witness)
        }
    }
}

extension ExplanationReport.RowReport: CompactJSONValue {
    func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("answer", answer)
            $0.add("anyNode", anyNode)
            $0.add("counted", counted)
            $0.add("hints", hints)
            $0.add("hintsComplete", hintsComplete)
            $0.add("impossible", impossible)
            $0.add("nodes", nodes)
            $0.add("provider", provider)
            $0.add("requested", requested)
            $0.add("resource", resource)
            $0.add("unknownNode", unknownNode)
        }
    }
}

extension ExplanationReport.CellReport: CompactJSONValue {
    func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("free", free)
            $0.add("id", id)
            $0.add("total", total)
        }
    }
}

extension ExplanationReport.AmountReport: CompactJSONValue {
    func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("free", free)
            $0.add("total", total)
        }
    }
}

extension ExplanationReport.HintReport: CompactJSONValue {
    func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("andWider", andWider)
            $0.add("nodes", nodes)
            $0.add("preferred", preferred)
        }
    }
}

extension ExplanationReport.AllocationReport: CompactJSONValue {
    func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("assignments", assignments)
            $0.add("container", container)
        }
    }
}

extension ExplanationReport.AssignmentReport: CompactJSONValue {
    func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("attributes", attributes)
            $0.add("bytes", bytes)
            $0.add("cpus", cpus)
            $0.add("device", device)
            $0.add("nodes", nodes)
            $0.add("resource", resource)
            $0.add("shares", shares)
        }
    }
}

extension ExplanationReport.AttributeReport: CompactJSONValue {
    func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("key", key)
            $0.add("value", value)
        }
    }
}

extension ExplanationReport.ShareReport: CompactJSONValue {
    func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("bytes", bytes)
            $0.add("node", node)
        }
    }
}

extension ExplanationReport.UseReport: CompactJSONValue {
    func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("free", free)
            $0.add("hint", hint)
            $0.add("requested", requested)
            $0.add("resource", resource)
        }
    }
}
