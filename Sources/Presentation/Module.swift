// SPDX-License-Identifier: Apache-2.0

// Decisions and machines as text and JSON.
