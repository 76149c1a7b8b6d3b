// SPDX-License-Identifier: Apache-2.0

// Lets an author write a provider as a Swift type.
