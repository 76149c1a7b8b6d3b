// SPDX-License-Identifier: Apache-2.0

// Opens provider libraries and shows each as a HintProvider.
