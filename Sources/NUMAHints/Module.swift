// SPDX-License-Identifier: Apache-2.0

// The public face that joins the parts.
