// SPDX-License-Identifier: Apache-2.0

// Carries one pod from scope to allocation, or leaves everything as it was.
