// SPDX-License-Identifier: Apache-2.0

// Turns the trace of a decision into causes and shortages, purely.
