// SPDX-License-Identifier: Apache-2.0

import KubernetesFormats
import NUMAHints
import Presentation

extension KubeletDoctorReport {
    /// What a doctor found.
    init(_ doctor: KubeletDoctor, folder: String, repairedIn target: String?) {
        self.init(
            folder: folder, repairedIn: target, starts: doctor.starts,
            findings: doctor.findings.map { finding in
                Finding(
                    file: finding.file?.rawValue, place: finding.place, problem: finding.text,
                    atStart: finding.atStart.rawValue, consequence: finding.consequence, repair: finding.repair)
            }, unreadable: doctor.unreadable.map(\.rawValue))
    }
}

extension KubeletDoctor.Finding {
    fileprivate var consequence: String {
        switch (atStart, file) {
        case (.doesNotStart, nil): "it does not start with these settings"
        case (.doesNotStart, _): "it does not start, until the node is drained and the file removed, or put right"
        case (.forgets, .devices): "it logs that and goes on, and can give devices again that containers hold"
        case (.forgets, _): "it begins anew, and can give again what containers hold"
        case (.goesOn, _): "it starts, and this stays as it is"
        }
    }
}
