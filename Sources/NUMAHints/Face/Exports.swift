// SPDX-License-Identifier: Apache-2.0

// What the face takes and gives: one import is enough for those who embed it.
@_exported public import enum Admission.LossHandling
@_exported public import enum Admission.Scope
@_exported public import enum HintMerge.Policy
@_exported public import struct NUMACore.Allocation
@_exported public import struct NUMACore.Assignment
@_exported public import struct NUMACore.CPUSet
@_exported public import struct NUMACore.ContainerSpec
@_exported public import struct NUMACore.NUMAHintsError
@_exported public import struct NUMACore.NUMANodeMask
@_exported public import struct NUMACore.PodSpec
@_exported public import enum NUMACore.QOSClass
@_exported public import struct NUMACore.Reason
@_exported public import struct NUMACore.ResourceAmount
@_exported public import struct NUMACore.ResourceAmounts
@_exported public import struct NUMACore.ResourceName
