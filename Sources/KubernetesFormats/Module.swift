// SPDX-License-Identifier: Apache-2.0

// Kubernetes files as values.
