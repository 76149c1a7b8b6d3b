// SPDX-License-Identifier: Apache-2.0

// Machines and nodes in files.
