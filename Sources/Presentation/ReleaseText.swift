// SPDX-License-Identifier: Apache-2.0

public import Admission
public import NUMACore

/// What was given back, as text.
public enum ReleaseText {
    /// One line, with its end.
    ///
    /// - Parameter verb: what was done with the pod, if it held something.
    public static func of(_ holder: Holder, _ had: LedgerPod?, _ verb: String) -> String {
        guard let pod = had?.admission.pod else {
            return "\(holder.words) holds nothing\n"
        }
        let container = holder.container.map { ", container \($0)" } ?? ""
        return "pod \(pod.namespace)/\(pod.name)\(container): \(verb)\n"
    }
}
